import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Changes, onChange } from './changes.ts'

/** Longer than any test: what is seen was told by the kernel. */
const NEVER = 60_000

let folder: string
let changes: Changes | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-changes-'))
})
afterEach(() => {
  changes?.close()
  rmSync(folder, { recursive: true, force: true })
})

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A look that can be waited for. */
function looks() {
  let count = 0
  let heard: () => void = () => {}
  return {
    look: () => {
      count++
      heard()
    },
    count: () => count,
    next: () => new Promise<void>((resolve) => (heard = resolve)),
  }
}

describe('onChange', () => {
  it('looks when something changes in a followed folder, without the rescan', async () => {
    const { look, next } = looks()
    changes = onChange(look, NEVER)
    changes.follow([folder])
    const seen = next()
    writeFileSync(join(folder, 'a'), '')
    await seen
  })

  it('looks once for what happens at once', async () => {
    const { look, next, count } = looks()
    changes = onChange(look, NEVER)
    changes.follow([folder])
    const seen = next()
    for (let n = 0; n < 100; n++) writeFileSync(join(folder, String(n)), '')
    await seen
    const last = next()
    writeFileSync(join(folder, 'last'), '')
    await last
    await turn()
    expect(count()).toBeLessThan(20) // the kernel may tell in a few pieces
  })

  it('leaves a folder that is not there to the rescan, and follows it when it is', async () => {
    const later = join(folder, 'later')
    const { look, next } = looks()
    changes = onChange(look, 30)
    changes.follow([later, join(folder, 'a file/below')])
    await next()
    changes.close()
    mkdirSync(later)
    changes = onChange(look, NEVER)
    changes.follow([later])
    const seen = next()
    writeFileSync(join(later, 'a'), '')
    await seen
  })

  it('follows exactly the folders that it was last given', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')]
    for (const path of [one, two]) mkdirSync(path)
    const { look, next, count } = looks()
    changes = onChange(look, NEVER)
    changes.follow([one, two])
    changes.follow([two])
    writeFileSync(join(one, 'a'), '')
    const seen = next()
    writeFileSync(join(two, 'a'), '')
    await seen
    await turn()
    const before = count()
    writeFileSync(join(one, 'b'), '')
    const again = next()
    writeFileSync(join(two, 'b'), '')
    await again
    expect(count()).toBeGreaterThan(before)
  })

  it('is silent once it is closed, also about what it has heard of already', async () => {
    const { look, count } = looks()
    let seen: () => void = () => {}
    const heard = new Promise<void>((resolve) => (seen = resolve))
    // Both hear of the same change in the same moment; the first to look closes the second.
    changes = onChange(() => {
      closed.close()
      seen()
    }, NEVER)
    changes.follow([folder])
    const closed = onChange(look, NEVER)
    closed.follow([folder])
    writeFileSync(join(folder, 'a'), '')
    await heard
    await turn()
    expect(count()).toBe(0)
  })

  it('survives the end of a followed folder', async () => {
    const gone = join(folder, 'gone')
    mkdirSync(gone)
    const { look, next } = looks()
    changes = onChange(look, NEVER)
    changes.follow([gone])
    const seen = next()
    rmSync(gone, { recursive: true })
    await seen
  })
})
