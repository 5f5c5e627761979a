/** The corpus, played with pytest. */
import { corpus } from './corpus.ts'
import { python } from './kit-python.ts'

corpus(python)
