/** `dispatch setup continue`: a plain /continue is ours, until it is taken back. */
import { describe, expect, test } from 'vitest'
import { CURRENT, claudeBinary, OLDEST } from './install.ts'
import { say } from './script.ts'
import { stage } from './stage.ts'

const CASES: [version: string, flags: string[]][] = [
  [CURRENT, []],
  [OLDEST, ['--project']],
]

describe.for(CASES)('claude %s', ([version, flags]) => {
  test.skipIf(claudeBinary(version) === undefined)(
    'a typed /continue goes on with dispatch after `setup continue`, and not after --remove',
    async () => {
      const play = await stage({ version, lead: () => say('The model was asked.') })
      await play.ok(['setup', 'continue', ...flags])
      const ours = await play.interactive()
      await ours.say('/continue audit')
      await ours.waitFor(/The model was asked\./)
      const [asked] = play.asLead().filter(({ turn }) => turn.last.includes('What to go on with'))
      expect(asked?.turn.last).toContain('What to go on with, and an answer if there is one: audit')
      expect(asked?.turn.last).toContain('dispatch resume <task>')
      await ours.close()

      await play.ok(['setup', 'continue', ...flags, '--remove'])
      const before = play.server.exchanges.length
      const theirs = await play.interactive()
      await theirs.say('/continue')
      await theirs.waitFor(/Resume session|No conversations found/i)
      expect(play.server.exchanges).toHaveLength(before)
    },
  )
})
