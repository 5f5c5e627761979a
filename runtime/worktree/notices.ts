/** What a worker in a new worktree will see otherwise than its user may expect: a sentence each, or none. Pure. */

export function uncommittedNotice(count: number, where: string, base: string): string[] {
  if (count === 0) return []
  const files = count === 1 ? '1 uncommitted file stays' : `${count} uncommitted files stay`
  return [`${files} in ${where}; the worker starts from ${base.slice(0, 12)} and does not see them`]
}

export const branchNotice = (id: string, branch: string): string[] =>
  branch === `dispatch/${id}`
    ? []
    : [`dispatch/${id} is there from earlier and was left alone; this task is on ${branch}`]

export const submoduleNotice = (paths: readonly string[]): string[] =>
  paths.length === 0
    ? []
    : [
        `submodules are empty in a new worktree (${firstOf(paths)}): ` +
          'the bootstrap command `git submodule update --init --recursive` fills them',
      ]

export const leftOutNotice = (reason: string, paths: readonly string[]) =>
  `not brought into the worktree (${reason}): ${firstOf(paths)}`

/** A few names, and how many there are besides. */
function firstOf(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return `${names.slice(0, 3).join(', ')}${more}`
}
