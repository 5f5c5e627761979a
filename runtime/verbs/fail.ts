import { marking } from './marking.ts'

export const help = `dispatch fail N text | -    (worker) item N went wrong

Example: dispatch fail 2 "auth/ directory not found"
`

export const run = marking({ mark: 'failed', text: { as: 'error', required: true }, help })
