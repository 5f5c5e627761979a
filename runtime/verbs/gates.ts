import { gatesOf } from '../spec/gates.ts'
import { readValidation } from '../spec/validation.ts'
import { nothingMore, parse } from './args.ts'
import { specFor } from './spec.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch gates [spec] [--run NAME] [--json]   is a spec understood well enough to begin? 1 when a gate is closed

Only an Initiative has gates: what failed, and markers that are still open.
Example: dispatch gates cache
`

export const run: Verb = (argv, io) => {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' }, run: { type: 'string' } }, help)
  nothingMore(positionals.slice(1), help)
  const { name, documents } = specFor(positionals[0] ?? values.run, io)
  const { issueType, gates, closed, overridden } = gatesOf(readValidation(documents.validation))
  const open = closed.length === 0
  if (values.json) {
    const shown = {
      spec: name,
      issue_type: issueType,
      gates: gates.map(({ name, status, reason }) => ({ gate: name, status, reason: reason ?? null })),
      closed,
      overridden,
      open,
    }
    io.stdout(`${JSON.stringify(shown)}\n`)
    return Promise.resolve(open ? 0 : 1)
  }
  io.stdout(
    open
      ? `${name} (${issueType}): open${overridden.length > 0 ? `; let pass: ${overridden.join(', ')}` : ''}\n`
      : `${name} (${issueType}): closed\n${closed.map(({ gate, reason }) => `✗ ${gate}: ${reason}\n`).join('')}`,
  )
  return Promise.resolve(open ? 0 : 1)
}
