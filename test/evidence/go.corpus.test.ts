/** The corpus, played with go test. */
import { corpus } from './corpus.ts'
import { golang } from './kit-go.ts'

corpus(golang)
