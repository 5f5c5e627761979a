/** `config`: shows and changes the user's configuration. */
import { dispatchHome } from '../config/home.ts'
import { configPath } from '../config/load.ts'
import { misused, refused } from '../io/errors.ts'
import { type Call, type Flag, NEXT, parsed } from './config-call.ts'
import { add, alias, makeDefault, remove } from './config-edit.ts'
import { init, migrate } from './config-file.ts'
import { list, show } from './config-show.ts'
import type { Verb, VerbIo } from './verb.ts'

export const help = `dispatch config [list | show | path | default | add | alias | remove | init | migrate] …   shows the configuration, or changes it

dispatch config [list] [--json]              what holds
dispatch config show <model> [--json]        what a model's name comes to
dispatch config path
dispatch config default <model> [--why text]
dispatch config add <name> [--backend B] [--id ID] [--effort E] [--profile P] [--fallback a,b]
dispatch config alias <name> <model> [--prompt text] [--profile P]
dispatch config remove <name> [--why text]
dispatch config init                         writes a first one, from the CLIs that are installed
dispatch config migrate [--dry-run]          rewrites an older format; the old file stays beside it

config.yaml keeps its comments and unknown keys. \`add\` and \`alias\` on a name that is there change the keys that are
given; without --backend a model goes to the CLI that makes it. --why leaves a comment. P is read-only, edit, full.

Example: dispatch config add deep --backend claude --id opus --effort high --fallback sonnet
`

interface Subverb {
  /** How many words follow it. */
  words: number
  flags: Flag[]
  /** Changes the file: not for a worker. */
  edits: boolean
  /** Returns what is printed. */
  act(call: Call): Promise<string> | string
}

const SUBVERBS: Record<string, Subverb> = {
  list: { words: 0, flags: ['json'], edits: false, act: list },
  show: { words: 1, flags: ['json'], edits: false, act: show },
  path: { words: 0, flags: [], edits: false, act: ({ home }) => `${configPath(home)}\n` },
  default: { words: 1, flags: ['why'], edits: true, act: makeDefault },
  add: { words: 1, flags: ['backend', 'id', 'effort', 'profile', 'fallback'], edits: true, act: add },
  alias: { words: 2, flags: ['prompt', 'profile'], edits: true, act: alias },
  remove: { words: 1, flags: ['why'], edits: true, act: remove },
  init: { words: 0, flags: [], edits: true, act: init },
  migrate: { words: 0, flags: ['dry-run'], edits: true, act: migrate },
}

export const run: Verb = async (argv, io) => {
  const { values: flags, positionals } = parsed(argv)
  if (flags.help) {
    io.stdout(help)
    return 0
  }
  const [name = 'list', ...words] = positionals
  const subverb = Object.hasOwn(SUBVERBS, name) ? SUBVERBS[name] : undefined
  if (subverb === undefined) throw misused({ what: `config has no \`${name}\``, next: NEXT })
  checkShape(name, subverb, words, flags)
  if (subverb.edits) refuseWorker(io)
  io.stdout(await subverb.act({ home: dispatchHome(io.env), env: io.env, words, flags }))
  return 0
}

function checkShape(name: string, subverb: Subverb, words: string[], flags: Call['flags']): void {
  const strange = Object.keys(flags).find((flag) => !subverb.flags.some((known) => known === flag))
  if (strange !== undefined) throw misused({ what: `\`config ${name}\` takes no --${strange}`, next: NEXT })
  if (words.length !== subverb.words)
    throw misused({
      what: `\`config ${name}\` takes ${subverb.words} word${subverb.words === 1 ? '' : 's'}`,
      found: words.length === 0 ? 'none' : words.map((word) => JSON.stringify(word)).join(' '),
      next: NEXT,
    })
}

/** Rights are computed from this file, so no worker may change it. */
function refuseWorker({ env }: VerbIo): void {
  if (env.DISPATCH_TASK === undefined || env.DISPATCH_TASK === '') return
  throw refused({ what: 'a worker does not change the configuration', next: 'Ask the lead: `dispatch ask`.' })
}
