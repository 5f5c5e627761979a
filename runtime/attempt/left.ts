/**
 * What is left running at the end of a worker although the worker started it: daemons that serve the user's whole
 * session, and that the next command would start again. A name is only ever a reason to spare a process. Pure.
 */

/** Programs, as the system or their first argument names them. */
const PROGRAMS = [
  'gpg-agent', 'scdaemon', 'keyboxd', 'dirmngr', 'ssh-agent', 'gnome-keyring-daemon', 'gcr-ssh-agent',
  'dbus-daemon', 'dbus-broker', 'dbus-broker-launch', 'systemd',
  'watchman', 'sccache', 'adb', 'buck2d', 'pantsd', 'bazel',
  'dockerd', 'containerd', 'containerd-shim', 'containerd-shim-runc-v2', 'docker-proxy', 'buildkitd', 'conmon',
  'tmux', 'tmux: server', 'screen', 'SCREEN', 'zellij',
] // biome-ignore format: a list of names

/** Where the program is an interpreter or does many things: words of the command line that say which it is. */
const COMMANDS = [
  /\borg\.gradle\.launcher\.daemon\.bootstrap\.GradleDaemon\b/,
  /\borg\.jetbrains\.kotlin\.daemon\.KotlinCompileDaemon\b/,
  /\bgit(?:-| )fsmonitor--daemon\b/,
  /\bgit(?:-| )credential-cache--daemon\b/,
  /\bturbo(?:\.exe)? .*\bdaemon\b/,
  /\/nx\/.*\/daemon\/server\/start\b/,
]

/** Linux keeps so many characters of a program's name. */
const LONGEST = 15

/**
 * @param name the program's name as the system gives it
 * @param keep further names, the user's
 */
export function isSessionDaemon(name: string, command: string, keep: readonly string[]): boolean {
  const [first = ''] = command.split(' ')
  const names = [name, first.split('/').at(-1) ?? '', name.replace(/\(.*/, ''), first.replace(/\(.*/, '')]
  const spared = [...PROGRAMS, ...keep]
  return (
    spared.some((program) =>
      names.some((each) => each === program || (each.length === LONGEST && program.startsWith(each))),
    ) || COMMANDS.some((words) => words.test(command))
  )
}
