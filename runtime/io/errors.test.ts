import { expect, it, vi } from 'vitest'
import { DispatchError, refused } from './errors.ts'

it('is known in another copy of this file too, as the bundle has them', async () => {
  vi.resetModules()
  const other = await import('./errors.ts')
  expect(other.DispatchError).not.toBe(DispatchError)
  expect(other.refused({ what: 'no' })).toBeInstanceOf(DispatchError)
  expect(refused({ what: 'no' })).toBeInstanceOf(other.DispatchError)
})

it('is no other error', () => {
  for (const value of [new Error('DispatchError'), new TypeError('x'), { name: 'DispatchError' }, undefined])
    expect(value).not.toBeInstanceOf(DispatchError)
})
