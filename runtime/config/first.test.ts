import { expect, it } from 'vitest'
import { type Found, firstConfig } from './first.ts'
import { parseConfig } from './load.ts'

const read = (found: Found[], others: string[] = []) => parseConfig(firstConfig(found, others), 'config.yaml')
const cli = (name: Found['cli'], models?: string[]): Found => ({ cli: name, version: '1.2.3', models })

it('proposes the first one, names the usual models of each, and says what it is', () => {
  const text = firstConfig([cli('claude'), cli('gemini')], ['codex'])
  const config = parseConfig(text, 'config.yaml')
  expect(config.default).toBe('claude')
  expect([...config.models].map(([name, { backend }]) => `${name}: ${backend}`)).toEqual([
    'opus: claude',
    'sonnet: claude',
    'haiku: claude',
    'gemini: gemini',
  ])
  expect(text).toMatch(/# claude 1\.2\.3[\s\S]*# gemini 1\.2\.3[\s\S]*# codex is there, too/)
  // It gives no rights, and the example behind the comments is one.
  expect([...config.models.values()].every(({ profile }) => profile === undefined)).toBe(true)
  const example = parseConfig(
    text.replace(/^# (aliases|limits| {2}auditor)/gm, '$1').replace(/^# {3}auditor/m, '  auditor'),
    'x',
  )
  expect(example.aliases.get('auditor')?.model).toBe('opus')
  expect(example.limits.parallel).toBe(5)
})

it('lists what a CLI offers, each model once and with the CLI that makes it', () => {
  const { models } = read([
    cli('codex', ['gpt-5.3-codex', 'gpt-5.2', 'codex']),
    cli('cursor', ['sonnet-4.6', 'GPT 5.2', 'gpt-5.2', 'gpt-5.1', 'gemini-3.1-pro', 'a: b', 'true', 'demo']),
  ])
  expect([...models].map(([name, { backend }]) => `${name}: ${backend}`)).toEqual([
    'codex: codex',
    'gpt-5.3-codex: codex',
    'gpt-5.2: codex',
    'cursor: cursor',
    'sonnet-4.6: cursor',
    'gemini-3.1-pro: cursor',
  ])
})

it('does not write hundreds of names', () => {
  const many = Array.from({ length: 300 }, (_, i) => `p/model-${i}`)
  expect(read([cli('opencode', many)]).models.size).toBe(1)
  expect(firstConfig([cli('opencode', many)], [])).toContain('the 300 that it offers')
})
