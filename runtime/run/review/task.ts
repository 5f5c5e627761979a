/** The task that an external review is carried out as: its id, its marks and its plan. Pure. */
import { createHash } from 'node:crypto'
import type { Attempt, RunRecord } from '../facts.ts'
import { batchFolder } from '../paths.ts'

/** Characters that an id of a task may have. */
const ROOM = 64

/** `cache-b02-codex-1`. Where a name had to be changed to fit, something of it is added that nobody else's has. */
export function reviewTaskId(run: string, { batch, reviewer = '', n }: Attempt): string {
  const key = batch === 'final' ? 'final' : `b${String(batch).padStart(2, '0')}`
  const [name, who] = [plain(run), plain(reviewer)]
  const rest = `-${key}-${who}-${n}`
  const id = `${name}${rest}`
  if (name === run && who === reviewer && id.length <= ROOM) return id
  const mark = createHash('sha256').update(`${run}\n${reviewer}`).digest('hex').slice(0, 6)
  return `${name.slice(0, ROOM - rest.length - mark.length - 1).replace(/-$/, '')}-${mark}${rest}`
}

const plain = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** What the request of the task says under `run`: where below the root the attempt lies that it works for. */
export const reviewFolder = ({ name }: RunRecord, { batch, id }: Attempt) =>
  `runs/${name}/${batchFolder(batch)}/${id}`

export const reviewTitle = ({ name }: RunRecord, { batch, reviewer }: Attempt) =>
  batch === 'final'
    ? `Final review of ${name} by ${reviewer}`
    : `Review of batch ${batch} of ${name} by ${reviewer}`

/** @param job what every reviewer is told (job.ts) */
export const reviewPlan = (id: string, title: string, job: string): string =>
  `# ${title}

- [ ] Review the changes
- [ ] Write the report to .dispatch/tasks/${id}/output.md

## Context

${job}

### How to hand it in
.dispatch/tasks/${id}/output.md is read by a program: it holds the report, and no other word before or after it. If you cannot write that file, the report is your last message, likewise alone. Nobody answers questions here: what you are not sure of you judge yourself, and say so in the issue.
`.replaceAll('\0', '')

/** What a reviewer is told whose report cannot be read. */
export const mendMessage = (id: string, problem: string) =>
  `Your report cannot be used yet:\n\n${problem}\n\nWrite all of it anew to .dispatch/tasks/${id}/output.md, mended: the YAML alone, with exactly the keys you were given. What was found already stays; only its form is mended.`
