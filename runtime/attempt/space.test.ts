import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { running } from '../../test/support/running.ts'
import { until } from '../../test/support/until.ts'
import { claimTurn, turnAfter } from './space.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'space-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return join(made, 'turns')
}

describe('a turn', () => {
  const rows: [string, number, number][] = [
    ['at once where there was none', Number.NaN, 1000],
    ['at once after a long while', 10, 1000],
    ['at once when the distance is just kept', 500, 1000],
    ['later after one a moment ago', 900, 1400],
    ['behind those that wait', 3000, 3500],
    ['at once where the last one is of another clock', 1000 + 500_001, 1000],
  ]
  it.each(rows)('%s', (_, last, turn) => expect(turnAfter(last, 500, 1000)).toBe(turn))

  it('is given once, whatever was left in the folder', () => {
    const turns = folder()
    expect(claimTurn(turns, 100, () => 1000)).toBe(0)
    expect(claimTurn(turns, 100, () => 1000)).toBe(100)
    writeFileSync(join(turns, '3'), 'damaged')
    writeFileSync(join(turns, 'notes.txt'), '')
    expect(claimTurn(turns, 100, () => 1000)).toBe(0)
    expect(claimTurn(turns, 100, () => 1030)).toBe(70)
  })

  it('leaves no more than it needs', () => {
    const turns = folder()
    for (let at = 0; at < 250; at++) claimTurn(turns, 1, () => at * 10)
    expect(readdirSync(turns).length).toBeLessThan(110)
  })
})

it('of several processes that ask at once: all different, and as far apart as they should be', async () => {
  const turns = folder()
  const go = `${turns}.go`
  const module = new URL('./space.ts', import.meta.url).href
  const code = `import { existsSync } from 'node:fs'
    import { claimTurn } from '${module}'
    console.log('ready')
    while (!existsSync('${go}'));
    console.log(JSON.stringify(Array.from({ length: 40 }, () => claimTurn('${turns}', 100, () => 5000))))`
  const argv = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', code]
  const asked = Array.from({ length: 3 }, () =>
    running(argv, { input: '', cwd: process.cwd(), env: { PATH: process.env.PATH ?? '' } }),
  )
  await until(() => asked.every(({ printed }) => printed() !== ''))
  writeFileSync(go, '')
  const waits = (await Promise.all(asked.map(({ ended }) => ended))).flatMap(({ stdout }) =>
    JSON.parse(stdout.replace('ready', '')),
  )
  expect(waits.sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, i) => i * 100))
})
