import { expect, it } from 'vitest'
import { forReader } from './console.ts'

const text = '\u001b[31mred\u001b[0m\r\n\u0007bell\n'
it('what a model wrote goes into a pipe as it is', () => expect(forReader(text, false)).toBe(text))
it('and does nothing to a terminal', () => expect(forReader(text, true)).toBe('red\n bell\n'))
