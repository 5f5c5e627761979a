/** The corpus, played with node:test. */
import { corpus } from './corpus.ts'
import { node } from './kit-js.ts'

corpus(node)
