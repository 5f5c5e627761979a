import { describe, expect, it } from 'vitest'
import { isSessionDaemon } from './left.ts'

describe('a daemon of the session', () => {
  const rows: [string, string, string, string[], boolean][] = [
    ['by the name the system gives it', 'gpg-agent', 'gpg-agent --homedir /x --daemon', [], true],
    ['by its first argument', 'main', '/usr/bin/ssh-agent -s', [], true],
    ['by a name that Linux cut', 'gnome-keyring-d', '/usr/bin/gnome-keyring-daemon --start', [], true],
    ['by a name it gave itself', 'tmux: server', 'tmux new-session -d', [], true],
    ['by a name with its project', 'bazel(work)', 'bazel(work) --batch', [], true],
    [
      'java, by its class',
      'java',
      '/opt/java -cp x org.gradle.launcher.daemon.bootstrap.GradleDaemon 8',
      [],
      true,
    ],
    ['git, by its command', 'git', '/usr/lib/git-core/git fsmonitor--daemon run --detach', [], true],
    ['one that the user named', 'my-server', '/opt/my-server --port 1', ['my-server'], true],
    ['not what only speaks of one', 'node', 'node gpg-agent.js', [], false],
    ['not the client of one', 'gradle', 'gradle --stop org.gradle.wrapper', [], false],
    ['not a longer name', 'gpg-agent-2', '/x/gpg-agent-2', [], false],
    ['not what the user named elsewhere', 'my-server', 'my-server', [], false],
    ['not a nameless one', '', '', [], false],
  ]
  it.each(rows)('%s', (_, name, command, keep, spared) =>
    expect(isSessionDaemon(name, command, keep)).toBe(spared),
  )
})
