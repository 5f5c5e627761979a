// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell text, not templates
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseLiteral } from './literal.ts'

const heredoc = (body: string, operator = "<<'EOF'") => `dispatch start a ${operator}\n${body}\nEOF`

/** Each is accepted with these words (and this standard input). */
const HONEST: [command: string, argv: string[], stdin?: string][] = [
  ['dispatch status', ['status']],
  ['dispatch', []],
  ['dispatch status\n', ['status']],
  ['dispatch  status \t login  \n\n', ['status', 'login']],
  ['dispatch status security-audit --json', ['status', 'security-audit', '--json']],
  ['dispatch wait a b --timeout 10m', ['wait', 'a', 'b', '--timeout', '10m']],
  ['dispatch start a --model=gpt-5.5 --after=b,c', ['start', 'a', '--model=gpt-5.5', '--after=b,c']],
  ["dispatch start a --model='opus'", ['start', 'a', '--model=opus']],
  ['dispatch start a --base="feature/x"', ['start', 'a', '--base=feature/x']],
  [
    'dispatch start a --base origin/main@{upstream}'.replace('{upstream}', ''),
    ['start', 'a', '--base', 'origin/main@'],
  ],
  ['dispatch note a -', ['note', 'a', '-']],
  ['dispatch tick 3', ['tick', '3']],
  ['dispatch tick 3 50%', ['tick', '3', '50%']],
  ['dispatch merge /tmp/a.yaml ./b_2.yaml', ['merge', '/tmp/a.yaml', './b_2.yaml']],
  ["dispatch answer a 'use UTC'", ['answer', 'a', 'use UTC']],
  ["dispatch answer a 001 'use $HOME and `x`'", ['answer', 'a', '001', 'use $HOME and `x`']],
  ["dispatch answer a 'yes; no | maybe & > <'", ['answer', 'a', 'yes; no | maybe & > <']],
  ["dispatch answer a 'Great!'", ['answer', 'a', 'Great!']],
  ["dispatch answer a 'back\\slash'", ['answer', 'a', 'back\\slash']],
  ["dispatch answer a 'line 1\nline 2\n'", ['answer', 'a', 'line 1\nline 2\n']],
  ['dispatch answer a "line 1\n\n  line 2"', ['answer', 'a', 'line 1\n\n  line 2']],
  ['dispatch answer a "it\'s fine — really"', ['answer', 'a', "it's fine — really"]],
  ['dispatch answer a \'say "yes"\'', ['answer', 'a', 'say "yes"']],
  ['dispatch answer a "日本語 🎉 ąăā é"', ['answer', 'a', '日本語 🎉 ąăā é']],
  [
    "dispatch answer a '“curly” … nbsp\u00a0and\u2028line'",
    ['answer', 'a', '“curly” … nbsp\u00a0and\u2028line'],
  ],
  ['dispatch answer a "a (b) [c] {d,e} * ? ~ # ;"', ['answer', 'a', 'a (b) [c] {d,e} * ? ~ # ;']],
  ['dispatch answer a "match \\d+ in C:\\path"', ['answer', 'a', 'match \\d+ in C:\\path']],
  ['dispatch answer a ""', ['answer', 'a', '']],
  ["dispatch answer a ''", ['answer', 'a', '']],
  [`dispatch answer a a'b'"c"d`, ['answer', 'a', 'abcd']],
  [`dispatch answer a 'it'"'"'s'`, ['answer', 'a', "it's"]],
  ["dispatch block 2 'needs `npm i` && a key'", ['block', '2', 'needs `npm i` && a key']],
  ['dispatch answer a "tab\there"', ['answer', 'a', 'tab\there']],
  [heredoc('- [ ] one\n- [ ] two'), ['start', 'a'], '- [ ] one\n- [ ] two\n'],
  [
    heredoc('- [ ] run `npm test`; $(rm -rf /) ${HOME} $HOME !! \\'),
    ['start', 'a'],
    '- [ ] run `npm test`; $(rm -rf /) ${HOME} $HOME !! \\\n',
  ],
  [heredoc('\'unbalanced\n"too\n\\'), ['start', 'a'], '\'unbalanced\n"too\n\\\n'],
  [`${heredoc('- [ ] x')}\n  \n`, ['start', 'a'], '- [ ] x\n'],
  ["dispatch start a <<'EOF'\nEOF", ['start', 'a'], ''],
  [heredoc('- [ ] x', '<<"EOF"'), ['start', 'a'], '- [ ] x\n'],
  [heredoc('- [ ] x', '<<\\EOF'), ['start', 'a'], '- [ ] x\n'],
  [heredoc('- [ ] x', "<< 'EOF'"), ['start', 'a'], '- [ ] x\n'],
  [heredoc('\t\t- [ ] x\n \t- y', "<<-'EOF'").replace(/EOF$/, '\tEOF'), ['start', 'a'], '- [ ] x\n \t- y\n'],
  ["dispatch start <<'PLAN' a --model opus\n- [ ] x\nPLAN\n", ['start', 'a', '--model', 'opus'], '- [ ] x\n'],
  ["dispatch <<'E_2-x' note a\nEOF\n E_2-x\nE_2-x", ['note', 'a'], 'EOF\n E_2-x\n'],
  [heredoc('a <<EOF b\n EOF\nEOF2\n\tEOF'), ['start', 'a'], 'a <<EOF b\n EOF\nEOF2\n\tEOF\n'],
  [heredoc('— 🎉 nbsp\u00a0 \u2028 ąĄā'), ['start', 'a'], '— 🎉 nbsp\u00a0 \u2028 ąĄā\n'],
]

/** Each must be refused; the second word says what a shell would make of it. */
const SMUGGLING: [command: string, why: string][] = [
  ['dispatch status; rm x', 'a second command'],
  ['dispatch status;', 'an empty second command'],
  ['dispatch status;;', 'a case terminator'],
  ['dispatch status && rm x', 'and-list'],
  ['dispatch status & rm x', 'background, then another'],
  ['dispatch status &', 'background'],
  ['dispatch status &!', 'zsh disown'],
  ['dispatch status || rm x', 'or-list'],
  ['dispatch log a | sh', 'pipe'],
  ['dispatch log a |& sh', 'pipe with stderr'],
  ['dispatch log a > .bashrc', 'output redirection'],
  ['dispatch log a >> .bashrc', 'appending'],
  ['dispatch log a >| .bashrc', 'clobbering'],
  ['dispatch log a 2>x', 'redirection of a descriptor'],
  ['dispatch log a &>x', 'redirection of both'],
  ['dispatch log a>x', 'redirection without a blank'],
  ['dispatch note a < /etc/passwd', 'input redirection'],
  ['dispatch note a <> x', 'opens read-write, creates'],
  ['dispatch note a <<< text', 'here-string'],
  ["dispatch note a <<<'EOF'\nEOF", 'here-string that looks like a heredoc'],
  ['dispatch note a <(id)', 'process substitution'],
  ['dispatch note a >(sh)', 'process substitution, output'],
  ['dispatch note a =(id)', 'zsh process substitution by file'],
  ['dispatch note a $(id)', 'command substitution'],
  ['dispatch note a "$(id)"', 'command substitution in double quotes'],
  ['dispatch note a `id`', 'backticks'],
  ['dispatch note a "`id`"', 'backticks in double quotes'],
  ['dispatch note a $HOME', 'variable'],
  ['dispatch note a "$HOME"', 'variable in double quotes'],
  ['dispatch note a "costs $5"', 'positional parameter'],
  ['dispatch note a ${x:=y}', 'assignment by expansion'],
  ['dispatch note a $((1+1))', 'arithmetic'],
  ['dispatch note a $[1+1]', 'old arithmetic'],
  ["dispatch note a $'\\x3b'", 'ANSI-C quoting'],
  ['dispatch note a $"text"', 'locale translation'],
  ['dispatch note a "\\$(id)"', 'escaped dollar: more than we need to understand'],
  ['dispatch note a "a\\"; id; \\""', 'escaped quote'],
  ['dispatch note a "a\\\\"', 'escaped backslash'],
  ['dispatch note a "a\\\nb"', 'line continuation in double quotes'],
  ['dispatch note a "a\\!b"', 'escaped history mark: shells differ'],
  ['dispatch note a "well!"', 'history in double quotes'],
  ['dispatch note a !!', 'history'],
  ['dispatch note a !$', 'history'],
  ['dispatch note a \\', 'trailing backslash'],
  ['dispatch note a \\; id', 'backslash outside quotes'],
  ["dispatch note a 'it'\\''s'", 'backslash outside quotes'],
  ['dispatch sta\\tus', 'backslash in a word'],
  ['dispatch \\\nstatus', 'continuation'],
  ['\\dispatch status', 'escaped command'],
  ['dispatch status\nrm x', 'newline is a separator'],
  ['dispatch status\n\n rm x', 'newline is a separator'],
  ['dispatch status\r\nrm x', 'carriage return'],
  ['dispatch status\r', 'carriage return'],
  ["dispatch note a 'x\ry'", 'carriage return in quotes'],
  ['dispatch status\u0000; rm x', 'NUL'],
  ["dispatch note a 'x\u0000y'", 'NUL in quotes'],
  ['dispatch note a \u0001', "bash's own quoting mark"],
  ["dispatch note a '\u001b[2J'", 'terminal control'],
  ['dispatch note a "\u007f"', 'DEL, bash quoting mark'],
  ['dispatch\u000bstatus', 'vertical tab'],
  ['dispatch\u000cstatus', 'form feed'],
  ['dispatch status\u00a0x', 'no-break space'],
  ['dispatch\u00a0status', 'no-break space after the name'],
  ['dispatch status\u0085rm', 'next line'],
  ['dispatch status\u2028rm x', 'line separator'],
  ['dispatch status\u2029rm x', 'paragraph separator'],
  ['dispatch status\u3000x', 'ideographic space'],
  ['dispatch status \ufeff', 'byte order mark'],
  ['dispatch note a schön', 'beyond ASCII outside quotes: the locale decides what is blank'],
  ['dispatch note a "\ud800"', 'lone surrogate'],
  ['dispatch note a {b,c}', 'brace expansion'],
  ['dispatch note a x{1..9}', 'brace range'],
  ['{ dispatch status; }', 'group'],
  ['(dispatch status)', 'subshell'],
  ['dispatch() { rm x; }', 'function definition'],
  ['dispatch () { rm x; }', 'function definition'],
  ['dispatch note a *', 'glob'],
  ['dispatch note a what?', 'glob'],
  ['dispatch note a [ab]', 'glob class'],
  ['dispatch note a x]', 'bracket'],
  ['dispatch note a @(a|b)', 'extended glob'],
  ['dispatch note a *(e:id:)', 'zsh glob qualifier that executes'],
  ['dispatch note a **/x', 'recursive glob'],
  ['dispatch note a <1-5>', 'zsh numeric glob'],
  ['dispatch note a x^y', 'zsh exclusion'],
  ['dispatch start a --base HEAD^', 'zsh extended glob'],
  ['dispatch start a --base HEAD~1', 'zsh extended glob'],
  ['dispatch note a x#', 'zsh extended glob repetition'],
  ['dispatch note a ~/x', 'home'],
  ['dispatch note a ~root', "another user's home"],
  ['dispatch note a ~+', 'working directory'],
  ['dispatch start a --base=~/x', 'tilde after ='],
  ['dispatch note a b:~/x', 'tilde after :'],
  ['dispatch note a =ls', 'zsh command path'],
  ['dispatch note a PATH=/tmp', 'an assignment under set -k'],
  ['dispatch note a --x==ls', 'zsh command path after ='],
  ['dispatch note a b:=ls', 'zsh command path after :'],
  ['dispatch status # comment', 'comment'],
  ['dispatch status #', 'comment'],
  ['PATH=/tmp dispatch status', 'environment'],
  ['NODE_OPTIONS=--require=./x dispatch status', 'environment'],
  ['env dispatch status', 'another command'],
  ['command dispatch status', 'another command'],
  ['exec dispatch status', 'another command'],
  ['noglob dispatch note *', 'zsh modifier'],
  ['time dispatch status', 'keyword'],
  ['! dispatch status', 'keyword'],
  ['[[ dispatch status ]]', 'conditional'],
  ['./dispatch status', 'another file'],
  ['/tmp/dispatch status', 'another file'],
  ['../dispatch status', 'another file'],
  ['"dispatch" status', 'quoted name'],
  ["'dispatch' status", 'quoted name'],
  ["dis'patch' status", 'pieced name'],
  ['dispatch"" status', 'pieced name'],
  ['Dispatch status', 'another name'],
  ['dispatcher status', 'another name'],
  ['dispatch-x status', 'another name'],
  ['dispatch=1', 'assignment'],
  ['dispatch/../x', 'another file'],
  [' dispatch status', 'leading blank'],
  ['\ndispatch status', 'leading newline'],
  ['', 'nothing'],
  ["dispatch note a 'open", 'unbalanced'],
  ['dispatch note a "open', 'unbalanced'],
  [`dispatch note a 'x"`, 'unbalanced'],
  ["dispatch note a 'it''s'", 'rc_quotes of zsh'],
  ["dispatch note a '''x'", 'rc_quotes of zsh'],
  ["dispatch note a 'x'; id '", 'quotes that close early'],
  ['dispatch note a "x";id"', 'quotes that close early'],
  [heredoc('$(id)', '<<EOF'), 'unquoted delimiter'],
  [heredoc('x', '<<-EOF'), 'unquoted delimiter'],
  [heredoc('x', "<<E'O'F"), 'partly quoted delimiter'],
  [heredoc('x', "<<''EOF"), 'partly quoted delimiter'],
  [heredoc('x', "<<$'EOF'"), 'ANSI-C delimiter'],
  [heredoc('x', "<<'E O F'").replace(/EOF$/, 'E O F'), 'blank in the delimiter'],
  [heredoc('x', "2<<'EOF'"), 'another descriptor'],
  [heredoc('x', "b<<'EOF'"), 'operator glued to a word'],
  [heredoc('x', "<<'EOF'b"), 'word glued to the delimiter'],
  [heredoc('x', "<<'EOF'; id"), 'command after the operator'],
  [heredoc('x', "<<'EOF' | sh"), 'pipe after the operator'],
  [heredoc('x', "<<'EOF' > x"), 'redirection after the operator'],
  [heredoc('x', "<<'EOF' $(id)"), 'substitution after the operator'],
  [heredoc('x', "<<'EOF' &&"), 'list after the operator'],
  [heredoc('x', "<<'EOF' \\"), 'continuation after the operator'],
  [heredoc('x', "<<'EOF' 'two\nlines'"), 'a quoted newline after the operator: where does the body start?'],
  ["dispatch note 'two\nlines' <<'EOF'\nx\nEOF", 'a quoted newline before the operator'],
  [`${heredoc('x')}\nid`, 'command after the end'],
  [`${heredoc('x')}\n\n\n; id`, 'command after the end'],
  [heredoc('x\nEOF\nid'), 'the first end counts'],
  [heredoc('x\n\tEOF\nid', "<<-'EOF'"), 'with <<- an indented end counts'],
  [heredoc('x\rEOF'), 'carriage return in the body'],
  [heredoc('EOF\r\nid'), 'an end for whoever drops carriage returns'],
  [heredoc('x\u0000'), 'NUL in the body'],
  [heredoc('x\nEO— y'), 'dash loses a byte after half an end'],
  [heredoc('\t\tEé', "<<-'EOF'"), 'dash loses a byte after half an end'],
  [`${heredoc('x')} `, 'the end has a blank'],
  [`${heredoc('x')};`, 'the end is no end'],
  ["dispatch start a <<'EOF'\n- [ ] x", 'no end'],
  ["dispatch start a <<'EOF'", 'no body'],
  ["dispatch a <<'A' <<'B'\nx\nA\ny\nB", 'two heredocs'],
  ["dispatch a <<'A' <<'A'\nx\nA\ny\nA", 'two heredocs'],
  [`dispatch note a '${'x'.repeat(1_000_000)}'`, 'too long'],
]

test('the tables are large enough and name each case once', () => {
  expect(SMUGGLING.length).toBeGreaterThanOrEqual(80)
  expect(HONEST.length).toBeGreaterThanOrEqual(30)
  expect(new Set(SMUGGLING.map(([command]) => command)).size).toBe(SMUGGLING.length)
})

test.for(SMUGGLING)('refuses %j (%s)', ([command]) => {
  expect(parseLiteral(command)).toBeUndefined()
})

test.for(HONEST)('reads %j', ([command, argv, stdin]) => {
  expect(parseLiteral(command)).toEqual({ argv, stdin })
})

test('reads nearly a megabyte', () => {
  const body = '`$(x)` “é” \\ \n'.repeat(70_000)
  expect(parseLiteral(heredoc(body))).toEqual({ argv: ['start', 'a'], stdin: `${body}\n` })
  const text = 'a\\b é'.repeat(190_000)
  expect(parseLiteral(`dispatch note a "${text}"`)).toEqual({ argv: ['note', 'a', text], stdin: undefined })
})

/** Options that a user may have set in a profile and that change how words are read. */
const ZSH_OPTIONS = [
  'extendedglob',
  'rcquotes',
  'magicequalsubst',
  'kshglob',
  'nullglob',
  'globassign',
  'braceccl',
]
const SHELLS: [name: string, file: string, args: string[]][] = [
  ['bash', 'bash', ['-c']],
  ['bash with options', 'bash', ['-O', 'extglob', '-O', 'nullglob', '-O', 'globstar', '-k', '-c']],
  ['bash, posix', 'bash', ['--posix', '-c']],
  ['bash through eval', 'bash', ['-c', 'eval "$0"']],
  ['dash', 'dash', ['-c']],
  ['zsh', 'zsh', ['-f', '-c']],
  ['zsh with options', 'zsh', ['-f', ...ZSH_OPTIONS.flatMap((name) => ['-o', name]), '-c']],
  ['zsh through eval', 'zsh', ['-f', '-c', 'eval "$0"']],
]

describe.for(SHELLS)('in %s', ([, file, args]) => {
  const present = spawnSync(file, ['-c', 'exit 0']).status === 0
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'literal-'))
    for (const name of ['bin', 'cwd', 'out']) mkdirSync(join(folder, name))
    const out = join(folder, 'out')
    const script = `#!/bin/sh\nprintf '%s\\0' "$@" end >'${out}/argv'\nexec cat >'${out}/stdin'\n`
    writeFileSync(join(folder, 'bin', 'dispatch'), script)
    chmodSync(join(folder, 'bin', 'dispatch'), 0o755)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** What the program was given; everything else that the command did must be visible in the empty folder. */
  function run(command: string) {
    const env = {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      HOME: join(folder, 'cwd'),
      LC_ALL: 'C.UTF-8',
    }
    execFileSync(file, [...args, command], {
      cwd: join(folder, 'cwd'),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const dump = (name: string) => readFileSync(join(folder, 'out', name), 'utf8')
    const argv = dump('argv').split('\0').slice(0, -2)
    return { argv, stdin: dump('stdin'), left: readdirSync(join(folder, 'cwd')) }
  }

  const same = (command: string) => {
    const literal = parseLiteral(command)
    expect(literal, command).toBeDefined()
    const seen = { argv: literal?.argv, stdin: literal?.stdin ?? '', left: [] }
    expect(run(command), command).toEqual(seen)
  }

  test.skipIf(!present)('honest commands arrive as they were read', { timeout: 60_000 }, () => {
    for (const [command] of HONEST) same(command)
  })

  test.skipIf(!present)(
    'whatever is accepted of random dangers arrives as it was read',
    { timeout: 60_000 },
    () => {
      const accepted = [...randomCommands(30_000)].filter((command) => parseLiteral(command) !== undefined)
      const sample = accepted.slice(0, 120)
      expect(sample.length).toBe(120)
      for (const command of sample) same(command)
    },
  )
})

const DANGERS =
  `$ \` ; & | < > ( ) { } [ ] * ? ~ # ! ^ = \\ % @ + - , : . / a b 0 7 ' " '' "" é ą 😁 — \u00a0 \u2028`.split(
    ' ',
  )
const SPACES = [
  ' ',
  '\t',
  '\n',
  '  ',
  "<<'E'",
  '<<"E"',
  '<<\\E',
  "<<-'E'",
  '\nE\n',
  '\n\tE',
  '\nE',
  '--x=',
  '$(touch x)',
]

/** The same ones in each run. Halves of them are shaped so that a fair share is accepted. */
function* randomCommands(count: number): Generator<string> {
  const random = mulberry(20261121)
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? ''
  const some = (most: number, make: () => string) =>
    Array.from({ length: Math.floor(random() * most) }, make).join('')
  const any = () => pick(random() < 0.7 ? DANGERS : SPACES)
  const quoted = () => (random() < 0.5 ? `'${some(8, any)}'` : `"${some(4, any)}"`)
  const word = () => ` ${some(4, () => (random() < 0.4 ? any() : quoted()))}`
  const plain = () =>
    ` ${some(5, () => pick(['a', '0', '-', '.', ':', '@', '%', '+', ',', '/', "'é'", '"~"', '--x=']))}`
  for (let i = 0; i < count; i++) {
    const head = `dispatch${some(4, random() < 0.5 ? word : plain)}`
    const tail = random() < 0.4 ? ` ${pick(["<<'E'", '<<"E"', '<<\\E', "<<-'E'"])}\n${some(14, any)}\nE` : ''
    yield head + tail + some(2, any)
  }
}

/** A small generator with a seed, so that a failure can be seen again. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
