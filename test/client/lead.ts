/**
 * A lead with no knowledge of its own: it does what the skill and the verbs' output literally say, and takes every
 * command from there. Only the checklists are given to it, since thinking of them is a model's part.
 */
import type { Block, Reply, Script, Turn } from './script.ts'
import { call, say, text, use } from './script.ts'

/** From a word of the user's to the documents that a model would write for it. */
export type Plans = Record<string, string>

const SKILL = 'You lead; background workers do the work.'

export function lead(plans: Plans = {}): Script {
  return (turn) => {
    const { last, results } = turn
    if (last.includes(SKILL)) return asked(turn, plans)
    const file = /<output-file>(.*?)<\/output-file>/.exec(last)?.[1]
    if (file !== undefined) return call(use('Read', { file_path: file }))
    if (last.includes('running in background with ID')) return say(report(turn))
    const events = eventsIn(last)
    const wait = /run `(dispatch wait[^`]*)`( in the background)? \(timeout (\d+)\)/i.exec(last)
    if (wait !== null)
      return call(...(events.length > 0 ? [text(tell(events))] : []), waiting(wait[1], wait[2], wait[3]))
    if (events.length > 0) return say(tell(events))
    if (last.includes('You will be told; stop here.')) return say(report(turn))
    if (results.startsWith('Answered ')) return say('Passed on.')
    if (results !== '') return say(results)
    const open = openQuestion(turn.all)
    return open === undefined ? say('At your service.') : answer(turn, open, typedIn(last))
  }
}

/** The skill was invoked: its example is the shape of the call. */
function asked(turn: Turn, plans: Plans): Reply {
  const { last } = turn
  const words = /The user's words: (.*)/.exec(last)?.[1] ?? ''
  const plan = Object.entries(plans).find(([word]) => words.includes(word))?.[1]
  const open = openQuestion(turn.all)
  if (plan === undefined) return open === undefined ? shell('dispatch status') : answer(turn, open, words)
  const [, opening = '', closing = ''] = /```\n(dispatch start .*)\n[\s\S]*?\n(\w+)\n```/.exec(last) ?? []
  return shell(`${opening}\n${plan.trim()}\n${closing}`)
}

interface Told {
  id: string
  text: string
  number?: string
}

/** `X asks 001: … — dispatch answer X 001`, `X done: … — dispatch output X`, several in a line joined by ` · `, a long one in several lines. */
function eventsIn(received: string): Told[] {
  const found = received.matchAll(
    /([a-z0-9-]+) (?:asks (\d{3})|[a-z]+): ((?:(?! — dispatch )[\s\S])*) — dispatch (?:answer|output|status) \1/g,
  )
  return [...found].map(([, id = '', number, said = '']) => ({
    id,
    text: said.replaceAll('\n', ' '),
    ...(number === undefined ? {} : { number }),
  }))
}

const tell = (events: Told[]) =>
  events
    .map(({ id, text, number }) =>
      number === undefined
        ? `${id} is complete: ${text}\nReport: .dispatch/tasks/${id}/output.md`
        : `${id} asks ${number}: ${text}`,
    )
    .join('\n')

/** What was started, one line a task; said once. */
function report({ all }: Turn): string {
  const started = new Set(all.match(/^[a-z0-9-]+: .+ items?, .+$/gm))
  return all.includes('Dispatched:') ? 'Waiting.' : `Dispatched:\n${[...started].join('\n')}`
}

const waiting = (command = '', background: string | undefined, timeout: string | undefined): Block =>
  use('Bash', {
    command,
    description: 'Wait for the workers',
    ...(background === undefined ? {} : { run_in_background: true }),
    timeout: Number(timeout),
  })

const shell = (command: string) => call(use('Bash', { command, description: 'Dispatch' }))

/** The question that was shown and not passed on yet. */
function openQuestion(all: string): { id: string; number: string } | undefined {
  const shown = [...all.matchAll(/([a-z0-9-]+) asks (\d{3}): /g)].at(-1)
  if (shown === undefined) return undefined
  const [, id = '', number = ''] = shown
  return all.includes(`Answered ${id} ${number}`) ? undefined : { id, number }
}

const typedIn = (last: string) => last.replace(/<system-reminder>[\s\S]*?<\/system-reminder>\n?/g, '').trim()

/** Word for word, in the form that the skill gives; whoever does not know it yet invokes it, as its description says. */
function answer({ all }: Turn, { id, number }: { id: string; number: string }, reply: string): Reply {
  const form = /`(dispatch answer X NNN - <<'(\w+)')`/.exec(all)
  if (form === null) return call(use('Skill', { skill: 'dispatch:dispatch', args: reply }))
  return shell(`${form[1]?.replace('X NNN', `${id} ${number}`)}\n${reply}\n${form[2]}`)
}
