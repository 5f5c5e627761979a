import { corpus } from './corpus.ts'
import { python } from './kit-python.ts'

corpus(python)
