/** The first `start` of a user's life, without a configuration; and with one of an older format. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type World, world } from './support/world.ts'

const PLAN = '# A\n\n- [ ] One\n'

interface Stage {
  w: World
  /** For a call in which nothing but what stands here is on the PATH. */
  env: { PATH: string }
  cli(name: string, version: string): void
  file: string
}

/** A world in which only the CLIs are installed that the test installs. */
function stage(): Stage {
  const w = world()
  const bin = join(w.folder, 'clis')
  mkdirSync(bin)
  symlinkSync(process.execPath, join(bin, 'node'))
  return {
    w,
    env: { PATH: `${bin}:/usr/bin:/bin` },
    file: join(w.state, 'config.yaml'),
    cli(name, version) {
      writeFileSync(
        join(bin, name),
        `#!/bin/sh\necho "$*" >> '${w.folder}/asked-${name}'\n[ "$1" != --version ] || { ${version}; exit; }\ncat >/dev/null\nexit 3\n`,
      )
      chmodSync(join(bin, name), 0o755)
    },
  }
}

const asked = ({ w }: Stage, name: string) => {
  const path = join(w.folder, `asked-${name}`)
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line === '--version').length
    : 0
}

describe('the first start', { timeout: 60_000 }, () => {
  it('finds the CLIs by running them, writes the file, says so, and goes on', async () => {
    const s = stage()
    s.cli('claude', 'echo "claude native binary not installed" >&2; exit 1')
    s.cli('gemini', 'echo 0.61.0')
    const { code, stdout, stderr } = await s.w.dispatch(['start', 'a'], { input: PLAN, env: s.env })
    expect([code, stdout.split(' — ')[0]]).toEqual([
      0,
      expect.stringMatching(/^a: gemini \(gemini\), no worktree, 1 item, (running|failed)$/),
    ])
    expect(stderr.split('\n')[0]).toBe(
      `This is the first use: found gemini 0.61.0; the default is gemini, written to ${s.file}. Another default: dispatch config default <model>`,
    )
    const written = readFileSync(s.file, 'utf8')
    expect(written).toContain('\ndefault: gemini\n')
    expect(written).toContain('  gemini: { backend: gemini }\n')
    expect(written).toContain('# claude is there, too; `dispatch doctor` says whether it works')

    // The second one runs nothing and says nothing of it.
    const again = await s.w.dispatch(['start', 'b', '--model', 'gemini'], { input: PLAN, env: s.env })
    expect(again.stderr).not.toContain('first use')
    expect([asked(s, 'claude'), asked(s, 'gemini')]).toEqual([1, 1])
    expect(readFileSync(s.file, 'utf8')).toBe(written)
  })

  it('takes claude before the others, also when it is slow', async () => {
    const s = stage()
    s.cli('claude', '/bin/sleep 1; echo 2.1.329')
    s.cli('gemini', 'echo 0.61.0')
    const { stderr } = await s.w.dispatch(['start', 'a'], { input: PLAN, env: s.env })
    expect(stderr).toContain('the default is claude')
    expect(readFileSync(s.file, 'utf8')).toContain('default: claude\n')
  })

  it('is not held up by one that hangs', async () => {
    const s = stage()
    s.cli('claude', 'echo 2.1.329')
    s.cli('gemini', '/bin/sleep 600 & wait')
    const { stderr } = await s.w.dispatch(['start', 'a'], { input: PLAN, env: s.env })
    expect(stderr).toContain('found claude 2.1.329;')
    expect(readFileSync(s.file, 'utf8')).toContain('# gemini is there, too')
    // That nothing of it is left running, the end of the world says.
  })

  it('without any CLI says what to install, writes nothing, and the demo works meanwhile', async () => {
    const s = stage()
    const { code, stderr } = await s.w.dispatch(['start', 'a'], { input: PLAN, env: s.env })
    expect([code, stderr]).toEqual([
      69,
      expect.stringMatching(/no AI CLI was found[\s\S]*npm install -g[\s\S]*--model demo/),
    ])
    const demo = await s.w.dispatch(['start', 'a', '--model', 'demo'], { input: PLAN, env: s.env })
    expect([demo.code, demo.stderr]).toEqual([0, ''])
    expect(existsSync(s.file)).toBe(false)
  })

  it('runs nothing for the demo', async () => {
    const s = stage()
    s.cli('claude', 'echo 2.1.329')
    await s.w.ok(['start', 'a', '--model', 'Demo'], { input: PLAN, env: s.env })
    expect([asked(s, 'claude'), existsSync(s.file)]).toEqual([0, false])
  })

  it('leaves a link alone that leads nowhere yet, and goes on', async () => {
    const s = stage()
    s.cli('claude', 'echo 2.1.329')
    const target = join(s.w.folder, 'dotfiles.yaml')
    symlinkSync(target, s.file)
    const { code, stdout, stderr } = await s.w.dispatch(['start', 'a', '--model', 'sonnet 4.6'], {
      input: PLAN,
      env: s.env,
    })
    expect([code, stdout.split(',')[0], stderr.includes('first use')]).toEqual([
      0,
      'a: claude-sonnet-4-6 (claude)',
      false,
    ])
    expect(existsSync(target)).toBe(false)
  })

  it('gives each task of a call the model that its words name', async () => {
    const s = stage()
    for (const name of ['claude', 'gemini']) s.cli(name, 'echo 1.2.3')
    const words = ['opus', 'sonnet 4.6', 'claude-opus-4.5', 'Gemini', 'gemini 3.1 pro', 'demo']
    const tasks = words.map((model, i) => `---\nid: t${i}\nmodel: ${model}\n---\n${PLAN}`).join('\n')
    const { stdout } = await s.w.dispatch(['start', '--all'], { input: tasks, env: s.env })
    expect(
      stdout
        .split('\n')
        .slice(0, words.length)
        .map((line) => line.split(',')[0]),
    ).toEqual([
      't0: opus (claude)',
      't1: claude-sonnet-4-6 (claude)',
      't2: claude-opus-4-5 (claude)',
      't3: gemini (gemini)',
      't4: gemini-3.1-pro (gemini)',
      't5: demo (demo)',
    ])
  })

  it('of many at once writes one whole file, and each goes on', async () => {
    const s = stage()
    s.cli('claude', 'echo 2.1.329')
    const ids = Array.from({ length: 16 }, (_, i) => `t${i}`)
    const all = await Promise.all(ids.map((id) => s.w.dispatch(['start', id], { input: PLAN, env: s.env })))
    expect(all.map(({ code }) => code)).toEqual(ids.map(() => 0))
    expect(all.filter(({ stderr }) => stderr.includes('This is the first use'))).toHaveLength(1)
    expect(readFileSync(s.file, 'utf8')).toMatch(
      /^# Written when[\s\S]*default: claude\n[\s\S]*ask_timeout: 3m }\n$/,
    )
    expect(readdirSync(s.w.state).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('an older configuration', { timeout: 60_000 }, () => {
  const OLD =
    'default: harvey\nagents:\n  harvey: { command: my-cli --print }\n  c: { command: agent -p --force }\n'

  it('works as it is, and is mentioned once', async () => {
    const s = stage()
    s.cli('my-cli', 'echo 1')
    writeFileSync(s.file, OLD)
    const first = await s.w.dispatch(['start', 'a'], { input: PLAN, env: s.env })
    expect(first.stdout).toMatch(/^a: harvey \(command\)/)
    expect(first.stderr.split('\n').filter((line) => line.includes('dispatch config migrate'))).toEqual([
      `${s.file} has an older format and is read as such; \`dispatch config migrate\` rewrites it. --force in it gives no rights any more: a worker may do what its profile says, which is edit unless read-only or full is said.`,
    ])
    const second = await s.w.dispatch(['start', 'b'], { input: PLAN, env: s.env })
    expect(second.stderr).not.toContain('migrate')
    expect(readFileSync(s.file, 'utf8')).toBe(OLD)
    await s.w.ok(['config', 'migrate'], { env: s.env })
    const third = await s.w.dispatch(['start', 'c'], { input: PLAN, env: s.env })
    expect([third.stdout.split(',')[0], third.stderr.includes('migrate')]).toEqual([
      'c: harvey (command)',
      false,
    ])
  })

  it('gives no rights by its flags', async () => {
    const s = stage()
    s.cli('claude', 'echo 2.1.329')
    writeFileSync(
      s.file,
      'backends:\n  claude:\n    command: >\n      env -u CLAUDE_CODE_ENTRYPOINT -u CLAUDECODE\n      claude -p --dangerously-skip-permissions\nmodels: { opus: { backend: claude } }\n',
    )
    await s.w.dispatch(['start', 'a', '--model', 'opus'], { input: PLAN, env: s.env })
    expect(await s.w.task('a')).toMatchObject({ model: 'opus', backend: 'claude', profile: 'edit' })
    const launch = readFileSync(s.w.path('a', 'attempts', '001', 'launch.yaml'), 'utf8')
    expect(launch).toContain('--model')
    expect(launch).not.toMatch(/dangerously|bypassPermissions/)
  })
})
