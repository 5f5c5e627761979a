import { expect, test } from 'vitest'
import { done, failed, type Result } from './result.ts'

const half = (n: number): Result<number> => (n % 2 === 0 ? done(n / 2) : failed(`${n} is odd`))

test('holds what came of it', () => expect(half(4)).toEqual({ ok: true, value: 2 }))
test('says why nothing did', () => expect(half(3)).toEqual({ ok: false, reason: '3 is odd' }))
