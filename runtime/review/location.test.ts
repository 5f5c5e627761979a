import { expect, test } from 'vitest'
import { distance, locationOf, sameFiles } from './location.ts'

test.each<[string, string, [number, number] | undefined]>([
  ['src/a.ts:12', 'src/a.ts', [12, 12]],
  ['src/a.ts:12:5', 'src/a.ts', [12, 12]],
  ['src/a.ts:12-20', 'src/a.ts', [12, 20]],
  ['src/a.ts:20–12', 'src/a.ts', [12, 20]],
  ['src/a.ts:L12', 'src/a.ts', [12, 12]],
  ['src/a.ts#L12-L20', 'src/a.ts', [12, 20]],
  ['src/a.ts#L12', 'src/a.ts', [12, 12]],
  ['`src/a.ts`, line 12', 'src/a.ts', [12, 12]],
  ['src/a.ts (lines 12-20)', 'src/a.ts', [12, 20]],
  ['src/a.ts:12, 40', 'src/a.ts', [12, 12]],
  ['./src//a.ts:7', 'src/a.ts', [7, 7]],
  ['b/src/a.ts:7', 'src/a.ts', [7, 7]],
  ['a/b.ts', 'a/b.ts', undefined],
  ['src\\a.ts:7', 'src/a.ts', [7, 7]],
  ['src/a.ts', 'src/a.ts', undefined],
  ['src/a.ts:save()', 'src/a.ts', undefined],
  ['src/a.ts (save)', 'src/a.ts', undefined],
  ['src/my file.ts:3', 'src/my file.ts', [3, 3]],
])('%s', (text, file, lines) => expect(locationOf(text)).toEqual({ file, lines }))

test.each<[string, string, number | undefined]>([
  ['a:1', 'a:4', 3],
  ['a:1-9', 'a:4', 0],
  ['a:9', 'a:2-4', 5],
  ['a:9', 'a', undefined],
])('from %s to %s', (one, other, lines) => expect(distance(locationOf(one), locationOf(other))).toBe(lines))

test.each<[string, string[], Record<string, string>]>([
  ['the end of one longer path is that one', ['a.ts', 'src/a.ts'], { 'a.ts': 'src/a.ts' }],
  ['the end of several is none of them', ['a.ts', 'x/a.ts', 'y/a.ts'], { 'a.ts': 'a.ts' }],
  ['an absolute path', ['/home/me/r/src/a.ts', 'src/a.ts'], { '/home/me/r/src/a.ts': 'src/a.ts' }],
  ['part of a name is no path', ['a.ts', 'src/ba.ts'], { 'a.ts': 'a.ts' }],
])('%s', (_, paths, expected) => expect(Object.fromEntries(sameFiles(paths))).toMatchObject(expected))
