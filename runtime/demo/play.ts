/**
 * `npm run demo`: the sweep before a launch, played in a quarter of a minute by the workers that ship with dispatch.
 * They only play their plans; everything around them is the real thing, called as a program.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { DispatchError } from '../io/errors.ts'
import { pluginRoot } from '../io/places.ts'
import { type Event, eventsFrom, type Task, tasksFrom } from './facts.ts'
import { somebodyIsThere, typedLine } from './person.ts'
import { type Called, type Stage, setStage } from './stage.ts'
import { ANSWER, configWith, QUESTION_FROM, TASKS } from './tasks.ts'
import { type View, viewFor } from './view.ts'

/** Between two looks at the tasks (ms). */
const BEAT = 250

async function play({ dispatch }: Stage, view: View): Promise<boolean> {
  const must = async (words: string[], input?: string): Promise<string> => {
    const result = await dispatch(words, input)
    if (result.code === 0) return result.stdout
    throw failed(words, result)
  }
  const tasks = async () => tasksFrom(await must(['status', '--json']))

  view.say(command(view, 'dispatch start --all < five-checklists.md'))
  view.say((await must(['start', '--all'], TASKS)).replace(/^Follow it:.*\n?/m, ''))

  const open = new Set((await tasks()).map(({ id }) => id))
  while (open.size > 0) {
    const events = await following(view, tasks, () => next(dispatch))
    for (const { id, kind, ...event } of events) {
      if (kind === 'end') open.delete(id)
      else {
        const text = await answerTo(view, id, event.text)
        const number = String(event.number).padStart(3, '0')
        view.say(command(view, `dispatch answer ${id} ${number} ${JSON.stringify(text)}`))
        view.say(await must(['answer', id, number, '-'], text))
      }
    }
  }
  const ended = await tasks()
  view.show(ended)
  view.say('')
  return report(view, ended, await must(['output', QUESTION_FROM]))
}

/** Shows how the tasks stand for as long as `work` takes. */
async function following<T>(view: View, tasks: () => Promise<Task[]>, work: () => Promise<T>): Promise<T> {
  let over = false
  const show = async () => {
    while (!over) {
      view.show(await tasks())
      await sleep(BEAT)
    }
  }
  const [result] = await Promise.all([work().finally(() => (over = true)), show()])
  return result
}

/** What the lead needs to hear next; nothing for a while is fine. */
async function next(dispatch: Stage['dispatch']): Promise<Event[]> {
  const words = ['wait', '--json', '--timeout', '1s']
  const result = await dispatch(words)
  if (result.code === 75) return []
  if (result.code !== 0) throw failed(words, result)
  return eventsFrom(result.stdout)
}

async function answerTo(view: View, id: string, question: string): Promise<string> {
  view.say(`\n${view.paint('yellow', `${id} asks:`)} ${question}`)
  if (somebodyIsThere(process.env)) view.say(`Type an answer, or press Enter for: ${ANSWER}`)
  return (await typedLine(process.env)) || ANSWER
}

/** The summary as a lead gives it. True when all is really done. */
function report(view: View, tasks: Task[], security: string): boolean {
  const done = tasks.filter(({ state }) => state === 'done').length
  view.say(`${done} of ${tasks.length} tasks are done.\n`)
  for (const { id, model, worktree, state, summary, failure } of tasks) {
    const [sign, colour] = state === 'done' ? (['✓', 'green'] as const) : (['!', 'red'] as const)
    view.say(
      `${view.paint(colour, sign)} ${id} (${model}${worktree === null ? '' : ', worktree'})${state === 'done' ? '' : ` ${state}`}`,
    )
    view.say(`  ${failure?.message ?? summary ?? ''}`)
    view.say(view.paint('dim', `  Report: .dispatch/tasks/${id}/output.md`))
  }
  const critical = security.split('\n').filter((line) => line.startsWith('- CRITICAL'))
  for (const line of critical) view.say(`\n${view.paint('red', 'Before the launch:')} ${line.slice(2)}`)
  return tasks.length === 5 && done === tasks.length && critical.length === 1
}

const command = (view: View, words: string) => view.paint('dim', `$ ${words}`)

const failed = (words: string[], { code, stdout, stderr }: Called) =>
  new Error(`dispatch ${words.join(' ')} exited with ${code}\n${stdout}${stderr}`)

const CLOSING = `
All of this was the real runtime; only the workers were played, and their repository is gone again.
The same with Claude Code at work, in a repository of yours:

  claude plugin marketplace add ${JSON.stringify(pluginRoot())}
  claude plugin install dispatch@dispatch
  claude
  > /dispatch we launch on Thursday: 1) security of sign-in and payments, use opus, in a worktree
    2) speed of the busiest endpoints, sonnet in a worktree 3) … ask me if anything is unclear`

async function main(): Promise<number> {
  const view = viewFor(process.env)
  view.say('Five background workers sweep a shop before its launch. No key and no AI CLI is needed.\n')
  const staged = setStage(configWith(Number(process.env.DISPATCH_DEMO_PACE) || undefined))
  let ending = false
  const end = (_: NodeJS.Signals, number: number) => {
    if (ending) return
    ending = true
    view.end()
    view.say('\nEnding the workers …')
    const exit = () => process.exit(128 + number)
    staged.then((stage) => stage.strike()).then(exit, exit)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, end)
  const stage = await staged
  try {
    const allDone = await play(stage, view)
    await stage.strike()
    view.say(CLOSING)
    return allDone ? 0 : 1
  } catch (error) {
    if (ending) return await new Promise<never>(() => {}) // whoever ends us exits
    throw error
  } finally {
    if (!ending) await stage.strike()
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof DispatchError ? error.message : error instanceof Error ? error.stack : error}\n`,
    )
    process.exit(1)
  },
)
