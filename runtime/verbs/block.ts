import { marking } from './marking.ts'

export const help = `dispatch block N text | -   (worker) item N cannot go on without somebody

Example: dispatch block 3 "no access to the staging database"
`

export const run = marking({ mark: 'blocked', text: { as: 'blocker', required: true }, help })
