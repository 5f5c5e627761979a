import { corpus } from './corpus.ts'
import { node } from './kit-js.ts'

corpus(node)
