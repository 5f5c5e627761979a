import { isLive } from '../attempt/create.ts'
import { isOver } from '../task/status.ts'
import { again } from './again.ts'
import { needed, nothingMore, parse } from './args.ts'
import { existing, groundFor } from './ground.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch retry <id> [--model M] [--profile P] [--json]   a new worker in a new conversation, from the open items

Example: dispatch retry api-tests --model sonnet
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(
    argv,
    { model: { type: 'string' }, profile: { type: 'string' }, json: { type: 'boolean' } },
    help,
  )
  nothingMore(positionals.slice(1), help)
  const ground = groundFor(io)
  const id = existing(ground.root, needed(positionals[0], 'the task id', help))
  return again(ground, id, io, {
    ...values,
    kind: 'retry',
    check: ({ state }) => {
      if (!isOver(state) && state !== 'parked') throw isLive(id, state)
    },
  })
}
