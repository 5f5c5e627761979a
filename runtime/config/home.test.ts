import { homedir } from 'node:os'
import { expect, it } from 'vitest'
import { dispatchHome } from './home.ts'

it.each([
  [{ HOME: '/h' }, '/h/.dispatch'],
  [{ HOME: '/h', DISPATCH_HOME: '' }, '/h/.dispatch'],
  [{ HOME: '/h', DISPATCH_HOME: '/d e' }, '/d e'],
  [{ HOME: 'relative' }, `${homedir()}/.dispatch`],
  [{}, `${homedir()}/.dispatch`],
])('%j -> %s', (env, home) => {
  expect(dispatchHome(env)).toBe(home)
})

it('refuses a relative DISPATCH_HOME: it would be another folder in each directory', () => {
  expect(() => dispatchHome({ DISPATCH_HOME: '.d' })).toThrow(expect.objectContaining({ exit: 64 }))
})
