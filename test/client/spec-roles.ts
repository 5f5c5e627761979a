/** The subagents of a run: each takes its brief, writes the files that the play has for it, and hands in. */
import { bash, call, type Reply, type Script, say, type Turn, use } from './script.ts'

/** By attempt without its number (`T001-red`): path and text, in the place that the brief names. */
export type Files = Record<string, Record<string, string>>

/** Requests of one role; a report that is still being verified is handed in again. */
const MOST = 20

export function roles(files: Files): Script {
  return (turn) => {
    const attempt = /`dispatch brief (\S+?)`/.exec(turn.all)?.[1] ?? ''
    const written = files[attempt.replace(/-\d+$/, '')] ?? {}
    if (turn.index === 0) return bash(`dispatch brief ${attempt}`)
    if (turn.index === 1 && Object.keys(written).length > 0) return write(turn, written)
    if (/^\S+ (accepted|was accepted)/m.test(turn.results)) return say(`${attempt} accepted.`)
    // Nothing of the play is to be refused, and it has no other file.
    if (/refused/.test(turn.results) || turn.index > MOST) return say(`${attempt} failed: ${turn.results}`)
    return bash(`dispatch submit ${attempt} <<'REPORT'\n${report(attempt, written)}\nREPORT`, {
      timeout: 110_000,
    })
  }
}

function write({ all }: Turn, files: Record<string, string>): Reply {
  const top = /Work in `([^`]+)`/.exec(all)?.[1]
  return call(
    ...Object.entries(files).map(([path, content]) => use('Write', { file_path: `${top}/${path}`, content })),
  )
}

function report(attempt: string, files: Record<string, string>): string {
  const paths = Object.keys(files)
  if (attempt.includes('-red-'))
    return `tester_report:\n  status: success\n  test_files:\n${Object.entries(files)
      .map(([path, text]) => `    - path: ${path}\n      tests: ${JSON.stringify(namesIn(text))}`)
      .join('\n')}`
  if (attempt.includes('-review-'))
    return `reviewer_report:\n  reviewer: claude\n  batch: ${attempt.startsWith('final') ? 'final' : Number(attempt.slice(1, 3))}\n  gates: {}\n  issues: []\n  strengths: []`
  return `implementer_report:\n  status: success\n  implementation_files: ${JSON.stringify(paths)}\n  clarifications: []`
}

const namesIn = (text: string) => [...text.matchAll(/^test\('([^']+)'/gm)].map(([, name]) => name)
