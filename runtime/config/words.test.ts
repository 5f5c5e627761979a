import { describe, expect, it } from 'vitest'
import { splitWords } from './words.ts'

describe('splitting a command line', () => {
  it.each<[string, string[]]>([
    ['codex exec', ['codex', 'exec']],
    ['  a\t b  \n', ['a', 'b']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`--name="x y"z`, ['--name=x yz']],
    [`a '' ""`, ['a', '', '']],
    ['a\\ b c', ['a b', 'c']],
    [`sh -c 'echo $HOME; ls | wc > x'`, ['sh', '-c', 'echo $HOME; ls | wc > x']],
    [`a "\\$HOME \\"q\\" \\\\ \\n"`, ['a', '$HOME "q" \\ \\n']],
    ['a \\$x \\;', ['a', '$x', ';']],
    [`a 'it'"'"'s'`, ['a', "it's"]],
    ['/a/b~c x=~y', ['/a/b~c', 'x=~y']],
    ['a é ✓', ['a', 'é', '✓']],
  ])('%j', (line, words) => {
    expect(splitWords(line)).toEqual({ words })
  })

  it.each<[string, RegExp]>([
    ['', /no program/],
    ['""', /no program/],
    ['a $HOME', /`\$`/],
    ['a `b`', /```/],
    ['a "$HOME"', /`\$`/],
    ['a "\\\\$HOME"', /`\$`/],
    ['a "x`y`"', /```/],
    ['a; b', /`;`/],
    ['a | b', /`\|`/],
    ['a && b', /`&`/],
    ['a > b', /`>`/],
    ['a < b', /`<`/],
    ['a 2>&1', /`>`/],
    ['~/bin/a', /`~`/],
    ['a ~/b', /`~`/],
    ['a\nb', /second line/],
    ["a 'b", /quote ' is never closed/],
    ['a "b', /quote " is never closed/],
    ['a \\', /backslash/],
    ['X=1 a', /`env X=1/],
  ])('%j is refused and says why', (line, why) => {
    expect(splitWords(line)).toEqual({ problem: expect.stringMatching(why) })
  })
})
