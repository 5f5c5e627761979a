/**
 * A lead with no knowledge of its own, for runs: it does what the skill and each step literally say, and takes every
 * command, agent, model and prompt from there.
 */
import { bash, call, type Reply, type Script, say, type Turn, use } from './script.ts'

const SKILL = 'You lead a run.'
const STEP = /^\S+(?: batch \d+\/\d+)? [a-z]+: (spawn|wait|ask|done|stopped)$/m
const NEXT = bash('dispatch next', { description: 'Next step', timeout: 110_000 })

export const specLead: Script = (turn) => {
  const { last, results, all } = turn
  if (last.includes(SKILL)) return bash(begin(last), { timeout: 110_000 })
  const skill = /use the skill `(dispatch:task-dispatch)`/.exec(last)?.[1]
  if (skill !== undefined && !all.includes(SKILL))
    return call(use('Skill', { skill, args: /if there is one: (.*)/.exec(last)?.[1]?.trim() ?? '' }))
  const action = STEP.exec(results)?.[1]
  if (action === 'spawn') return spawn(results)
  if (action === 'wait') return wait(results)
  const next = /^\S+: .* — (dispatch next --run [\w.-]+)/m.exec(last)?.[1]
  if (next !== undefined) return bash(next, { description: 'Next step', timeout: 110_000 })
  if (action !== undefined) return say(results)
  if (last.includes('<task-notification>')) return areAllIn(turn) ? NEXT : say('The others are at work.')
  return say(/agentId|in background/.test(results) ? 'Working.' : results)
}

/** Its command, with the name that the user gave. */
function begin(skill: string): string {
  const name = /The user's words: (\S*)/.exec(skill)?.[1] ?? ''
  const isNamed = name !== '' && name !== 'continue'
  const [, command = ''] = (isNamed ? /`(dispatch run \S+)`/ : /no name: `(dispatch run)`/).exec(skill) ?? []
  return command.replace('<name>', name)
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

/** In the way that it names; where only agents are at work, their notice comes by itself. */
function wait(step: string): Reply {
  if (/ask again: dispatch next/.test(step)) return NEXT
  const [, command, background, timeout] =
    /run `(dispatch wait[^`]*)`( in the background)? \(timeout (\d+)\) now/.exec(step) ?? []
  if (command === undefined) return say('Waiting.')
  return bash(command, {
    description: 'Wait for the reviewers',
    timeout: Number(timeout),
    ...(background === undefined ? {} : { run_in_background: true }),
  })
}

/** Whether everything that was started since the last step has reported. */
function areAllIn({ all }: Turn): boolean {
  const since = all.slice([...all.matchAll(new RegExp(STEP, 'gm'))].at(-1)?.index ?? 0)
  const started = since.match(/^(?:Agent|Bash) \{.*"run_in_background":true/gm)?.length ?? 0
  return (since.match(/<task-notification>/g)?.length ?? 0) >= started
}
