/** A part of the corpus with the runner that is always there; all of it is played by `npm run test:corpus`. */
import { corpus } from './corpus.ts'
import { node } from './kit-js.ts'

corpus(node, 4)
