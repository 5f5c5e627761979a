/** The subagents of a run: each takes its brief, writes the files that the play has for it, and hands in. */
import { bash, call, type Reply, type Script, say, type Turn, use } from './script.ts'

/** By attempt without its number (`T001-red`): path and text, in the place that the brief names. */
export type Files = Record<string, Record<string, string>>

/** Of `review.yaml`'s keys, what a reviewer says of an issue. */
export interface Found {
  task: string
  severity: 'critical' | 'high' | 'medium'
  gate: string
  location: string
  description: string
}

/** @param found what the first reviewer of a batch (`B01`, `final`) finds */
export function roles(files: Files, found: Record<string, Found[]> = {}): Script {
  const did = new Map<string, 'brief' | 'write' | 'read' | 'submit'>()
  return (turn) => {
    const attempt = attemptOf(turn)
    const written = files[attempt.replace(/-\d+$/, '')] ?? {}
    const before = did.get(turn.conversation)
    const act = (what: 'brief' | 'write' | 'read' | 'submit', reply: Reply) => {
      did.set(turn.conversation, what)
      return reply
    }
    if (before === undefined) return act('brief', bash(`dispatch brief ${attempt}`))
    if (before === 'brief' && !turn.results.includes(`Brief of ${attempt}`))
      return say(`${attempt} refused: ${turn.results}`)
    if ((before === 'brief' || before === 'read') && Object.keys(written).length > 0)
      return act('write', write(turn, written))
    // A predecessor that was killed, or whoever wrote what is to be mended.
    if (before === 'write' && turn.results.includes('has not been read'))
      return act('read', read(turn, written))
    if (/^\S+ (accepted|was accepted)/m.test(turn.results)) return say(`${attempt} accepted.`)
    if (before === 'submit' && !turn.results.includes('still being verified'))
      return say(`${attempt} failed: ${turn.results}`)
    const report = reportOf(attempt, written, turn.all, found)
    return act(
      'submit',
      bash(`dispatch submit ${attempt} <<'REPORT'\n${report}\nREPORT`, { timeout: 110_000 }),
    )
  }
}

export const attemptOf = ({ all }: Pick<Turn, 'all'>): string =>
  /`dispatch brief (\S+?)`/.exec(all)?.[1] ?? ''

const top = ({ all }: Turn) => /Work in `([^`]+)`/.exec(all)?.[1]
const write = (turn: Turn, files: Record<string, string>): Reply =>
  call(
    ...Object.entries(files).map(([path, content]) =>
      use('Write', { file_path: `${top(turn)}/${path}`, content }),
    ),
  )
const read = (turn: Turn, files: Record<string, string>): Reply =>
  call(...Object.keys(files).map((path) => use('Read', { file_path: `${top(turn)}/${path}` })))

function reportOf(
  attempt: string,
  files: Record<string, string>,
  brief: string,
  found: Record<string, Found[]>,
): string {
  if (attempt.includes('-red-'))
    return `tester_report:\n  status: success\n  test_files:\n${Object.entries(files)
      .map(([path, text]) => `    - path: ${path}\n      tests: ${JSON.stringify(namesIn(text))}`)
      .join('\n')}`
  if (attempt.includes('-review-')) {
    const isTargeted = brief.includes(`Brief of ${attempt}: see whether the fixes`)
    return reviewOf('claude', batchOf(attempt), isTargeted ? [] : (found[attempt.split('-')[0] ?? ''] ?? []))
  }
  if (attempt.includes('-fix-')) {
    const issues = [...brief.matchAll(/^ *### (\S+-I\d+): /gm)].map(([, id]) => id)
    return `fix_report:\n  status: success\n  fixes_applied: ${JSON.stringify(issues.map((issue) => ({ issue, fix: 'It is refused now.' })))}`
  }
  return `implementer_report:\n  status: success\n  implementation_files: ${JSON.stringify(Object.keys(files))}\n  clarifications: []`
}

/** What stands in a report for the batch of `B01-review-claude-1`. */
const batchOf = (attempt: string) => (attempt.startsWith('final') ? 'final' : Number(attempt.slice(1, 3)))

export function reviewOf(reviewer: string, batch: number | 'final', issues: Found[]): string {
  const failing = issues.filter(({ severity }) => severity !== 'medium').map(({ gate }) => gate)
  const gates = ['correctness', 'style', 'performance', 'security', 'architecture'].map(
    (gate) => `    ${gate}: { status: ${failing.includes(gate) ? 'fail' : 'pass'}, issues: [] }`,
  )
  return `reviewer_report:\n  reviewer: ${reviewer}\n  batch: ${batch}\n  gates:\n${gates.join('\n')}\n  issues: ${JSON.stringify(issues)}\n  strengths: []`
}

const namesIn = (text: string) => [...text.matchAll(/^test\('([^']+)'/gm)].map(([, name]) => name)
