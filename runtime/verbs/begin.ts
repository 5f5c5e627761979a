import { marking } from './marking.ts'

export const help = `dispatch begin N            (worker) item N of the checklist is being worked on

Example: dispatch begin 2
`

export const run = marking({ mark: 'doing', text: { as: 'note', required: false }, help })
