/** What a person types and needs no model for is carried out here, and shown instead of a model call. */
import { observe } from '../attempt/observe.ts'
import { typedVerb } from '../hooks/typed.ts'
import { harmlessLines } from '../io/cells.ts'
import { DispatchError } from '../io/errors.ts'
import { threeDigits } from '../io/numbered.ts'
import { statIfThere } from '../io/stat.ts'
import { taskPaths } from '../task/directory.ts'
import { isTaskId } from '../task/id.ts'
import { rootFor } from '../task/root.ts'
import type { Verb, VerbIo } from './verb.ts'

const INSTANT = new Map<string, () => Promise<{ run: Verb }>>([
  ['status', () => import('./status.ts')],
  ['answer', () => import('./answer.ts')],
  ['stop', () => import('./stop.ts')],
  ['output', () => import('./output.ts')],
  ['log', () => import('./log.ts')],
])

export async function typed(input: Record<string, unknown>, io: VerbIo): Promise<object | undefined> {
  const { command_name: name, command_args: args } = input
  if (typeof name !== 'string') return undefined
  const root = rootFor(io.env, io.cwd)
  const taskExists = (id: string) => isTaskId(id) && statIfThere(taskPaths(root, id).folder) !== undefined
  const isOpen = (id: string, number: string) =>
    observe(root, id).questions.some(
      (question) => threeDigits(question.number) === number && !question.answered,
    )
  const call = typedVerb(name, typeof args === 'string' ? args : '', { taskExists, isOpen })
  const [verb = '', ...argv] = call?.argv ?? []
  const load = INSTANT.get(verb)
  if (call === undefined || load === undefined) return undefined
  const said: string[] = []
  const keep = (text: string | Uint8Array) =>
    void said.push(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'))
  try {
    await (await load()).run(argv, {
      ...io,
      env: { ...io.env, DISPATCH_TYPED: '1' },
      stdout: keep,
      stderr: keep,
      stdin: () => call.stdin,
    })
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    said.push(error.message)
  }
  return { decision: 'block', reason: harmlessLines(said.join('')).trimEnd() }
}
