import { corpus } from './corpus.ts'
import { vitest } from './kit-js.ts'

corpus(vitest)
