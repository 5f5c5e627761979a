import { expect, it } from 'vitest'
import { textFrom } from './args.ts'
import type { VerbIo } from './verb.ts'

const io: VerbIo = { env: {}, cwd: '/', stdout: () => {}, stderr: () => {}, stdin: () => 'piped' }

it.each([
  [['yes', 'and', 'no'], 'yes and no'],
  [['--', '--weird'], '--weird'],
  [['--', '--', 'x'], '-- x'],
  [['x', '--', 'y'], 'x -- y'],
  [[], 'piped'],
  [['-'], 'piped'],
  [['--'], 'piped'],
  [['-', 'x'], '- x'],
])('the text of %j', (words, text) => expect(textFrom(words, io)).toBe(text))
