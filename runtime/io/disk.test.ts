import { describe, expect, it } from 'vitest'
import { explained } from './disk.ts'

describe('what the system refuses', () => {
  const refusal = Object.assign(new Error('no'), { code: 'EACCES' })
  it.each([
    ['read', /^not permitted to read this \(EACCES\): \/x\n.*read there.*ls -ld/],
    ['write', /^not permitted to write here \(EACCES\): \/x\n.*write there.*ls -ld/],
  ] as const)('is told as what was tried: %s', (tried, message) =>
    expect(explained(refusal, '/x', tried)).toMatchObject({
      exit: 1,
      message: expect.stringMatching(message),
    }),
  )
})
