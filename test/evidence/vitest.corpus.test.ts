/** The corpus, played with vitest. */
import { corpus } from './corpus.ts'
import { vitest } from './kit-js.ts'

corpus(vitest)
