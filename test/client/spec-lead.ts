/**
 * A lead with no knowledge of its own, for runs: it does what the skill and each step literally say, and takes every
 * command, agent, model and prompt from there.
 */
import { bash, call, type Reply, type Script, say, use } from './script.ts'

const SKILL = 'You lead a run.'
const STEP = /^\S+(?: batch \d+\/\d+)? [a-z]+: (spawn|wait|ask|done|stopped)$/m

export const specLead: Script = (turn) => {
  const { last, results } = turn
  if (last.includes(SKILL)) return bash(begin(last), { timeout: 110_000 })
  if (last.includes('<task-notification>')) return bash('dispatch next', { timeout: 110_000 })
  const action = STEP.exec(results)?.[1]
  if (action === 'spawn') return spawn(results)
  if (action === 'wait' && /ask again: dispatch next/.test(results))
    return bash('dispatch next', { timeout: 110_000 })
  return say(action === undefined ? 'Working.' : results)
}

/** Its command, with the name that the user gave. */
function begin(skill: string): string {
  const name = /The user's words: (\S*)/.exec(skill)?.[1]
  const [, command = ''] = (name ? /`(dispatch run \S+)`/ : /no name: `(dispatch run)`/).exec(skill) ?? []
  return command.replace('<name>', name ?? '')
}

/** All of one step in one message. */
function spawn(step: string): Reply {
  const agents = [...step.matchAll(/^- (\S+) \((\w+)\): (.*)$/gm)]
  return call(
    ...agents.map(([, type, model, prompt = '']) =>
      use('Agent', {
        description: /`dispatch brief (\S+)`/.exec(prompt)?.[1],
        subagent_type: type,
        model,
        prompt,
        run_in_background: true,
      }),
    ),
  )
}
