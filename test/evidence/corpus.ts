/** Plays the corpus with one kit: every cheat is refused with its reason, every honest run accepted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { greenCheats } from './cheats-green.ts'
import { redCheats } from './cheats-red.ts'
import { honestRuns } from './honest.ts'
import type { Kit } from './kit.ts'
import { type Play, playedBy } from './plays.ts'
import { Template } from './stage.ts'

/** @param every plays only one of so many, and none that waits: for a run with all the other tests */
export function corpus(kit: Kit, every = 1): void {
  const absent = kit.absent()
  if (absent !== undefined && process.env.CI === undefined) {
    console.log(`${kit.name}: not played, ${absent}`)
    describe.skip(`${kit.name}: ${absent}`, () => it('needs its toolchain', () => undefined))
    return
  }
  const chosen = <P extends Play>(plays: readonly P[]) =>
    plays.filter((play) => playedBy(kit, play) && !(every > 1 && play.slow)).filter((_, n) => n % every === 0)

  describe(kit.name, () => {
    let template: Template
    beforeAll(async () => {
      if (absent !== undefined) throw new Error(absent)
      template = await Template.of(kit)
    })
    afterAll(() => template?.remove())

    describe('a tester who cheats is refused:', () => {
      for (const { name, reason, play } of chosen(redCheats))
        it(name, async () => {
          const stage = template.stage()
          await play(stage)
          const verdict = await stage.submitRed(stage.said)
          expect(verdict.accepted, 'it was accepted').toBe(false)
          expect(verdict.reasons.join('\n')).toMatch(reason)
        })
    })

    describe('an implementer who cheats is refused:', () => {
      for (const { name, reason, play } of chosen(greenCheats))
        it(name, async () => {
          const stage = template.afterRed()
          stage.write(kit.unit, kit.product.right)
          await play(stage)
          const { timeout } = stage.said
          const verdict = await stage.submitGreen(timeout === undefined ? {} : { timeout })
          expect(verdict.accepted, 'it was accepted').toBe(false)
          expect(verdict.reasons.join('\n')).toMatch(reason)
        })
    })

    describe('honest work is accepted:', () => {
      for (const { name, from, play } of chosen(honestRuns))
        it(name, () => play(from === 'red' ? template.afterRed() : template.stage()))
    })
  })
}
