/** The corpus, played with jest. */
import { corpus } from './corpus.ts'
import { jest } from './kit-js.ts'

corpus(jest)
