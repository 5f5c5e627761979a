import { marking } from './marking.ts'

export const help = `dispatch tick N [note | -]  (worker) item N is finished; the note says what came of it

Example: dispatch tick 2 "found 2 instances"
`

export const run = marking({ mark: 'done', text: { as: 'note', required: false }, help })
