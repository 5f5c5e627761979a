/**
 * The branch of a run: made where there is none, else checked out and brought up to what its upstream has. Nothing of the
 * user's is touched on the way: what a change of branches would overwrite, or what a task is to change, is named instead.
 */
import { refused } from '../io/errors.ts'
import { askGit, git } from '../io/git.ts'
import { findRepository } from '../worktree/repository.ts'
import { commitOf, isAncestor, type Start, startOf } from './branch-default.ts'
import { changedFiles, refuseClaimed, refuseLost, refuseOverwritten } from './branch-refuse.ts'
import { operationIn } from './branch-state.ts'
import { fastForward, type Upstream, upstreamOf } from './branch-upstream.ts'
import type { RunRecord } from './facts.ts'

export interface BranchRequest {
  top: string
  /** Of the spec: its branch is `feat/<name>`. */
  name: string
  /** What a new branch starts from; undefined: the default branch. */
  base?: string | undefined
  env: NodeJS.ProcessEnv
  /** Files that have to be there afterwards, relative: those of the spec. */
  needs?: readonly string[]
  /** A run that is taken up again; its branch is never made anew. */
  run?: Pick<RunRecord, 'branch'>
  /** Files of the open tasks, relative: they may hold no change that nobody committed. */
  claimed?: readonly string[]
}

export interface BranchState {
  branch: string
  /** Made just now. */
  created: boolean
  /** What was checked out before, where that was another. */
  left: string | undefined
  /** Its newest commit: what a new run counts its work from. */
  head: string
  /** Where it parted from the branch that it started from. */
  fork: string
  /** Sentences for the user: what was done, and what could not be. */
  notes: string[]
}

const branchOf = (name: string) => `feat/${name}`

/** @throws exit 1, with nothing changed */
export async function prepareBranch(request: BranchRequest): Promise<BranchState> {
  const { top, name, base } = request
  const branch = request.run?.branch ?? branchOf(name)
  const left = readyFor(top, branch)
  const dirty = await changedFiles(top)
  refuseClaimed(dirty, request.claimed ?? [])
  const own = commitOf(top, `refs/heads/${branch}`)
  const remote = own === undefined ? commitOf(top, `refs/remotes/origin/${branch}`) : undefined
  const upstream = own === undefined ? undefined : await upstreamOf(request, branch)
  if (request.run !== undefined && own === undefined && remote === undefined)
    throw refused({
      what: `the branch ${branch} of this run is gone`,
      where: top,
      next: `Bring it back at its last commit (git reflog): git branch ${branch} <commit>`,
    })
  const start = startOf(top, base)
  const target = aim({ start, own, remote, upstream, top })
  refuseLost(top, request.needs ?? [], target, dirty)
  refuseOverwritten(top, branch, target, dirty)
  const notes = [...(upstream?.notes ?? [])]
  if (own === undefined) {
    const from =
      remote === undefined
        ? ['--no-track', '-c', branch, target]
        : ['-c', branch, '--track', `origin/${branch}`]
    await run(top, ['switch', '--quiet', ...from], `${branch} could not be made`)
    notes.unshift(
      remote === undefined
        ? `${branch} begins at ${start.name} (${target.slice(0, 9)}).`
        : `${branch} is origin/${branch}.`,
    )
  } else {
    if (left !== undefined) {
      await run(top, ['switch', '--quiet', '--no-guess', branch], `${branch} could not be checked out`)
      notes.unshift(`${branch} is checked out.`)
    }
    if (target !== own) await fastForward(top, target)
  }
  const head = commitOf(top, 'HEAD') ?? target
  return {
    branch,
    created: own === undefined,
    left,
    head,
    fork: askGit(top, ['merge-base', start.commit, head]) ?? head,
    notes,
  }
}

/** What is checked out now, where that is another branch. */
function readyFor(top: string, branch: string): string | undefined {
  const repository = findRepository(top)
  if (repository === undefined)
    throw refused({ what: 'a run lives in a git repository, and this is none', where: top })
  const operation = operationIn(repository.gitDir)
  if (operation !== undefined)
    throw refused({
      what: `a ${operation} is under way here`,
      where: top,
      next: `End it, or abort it: git ${operation} --abort`,
    })
  const now = askGit(top, ['symbolic-ref', '--quiet', '--short', 'HEAD'])
  if (now === branch) return undefined
  const [, elsewhere] =
    (askGit(top, ['worktree', 'list', '--porcelain']) ?? '')
      .split('\n\n')
      .map((entry) => [entry, /^worktree (.+)$/m.exec(entry)?.[1] ?? ''] as const)
      .find(([entry]) => entry.split('\n').includes(`branch refs/heads/${branch}`)) ?? []
  if (elsewhere !== undefined)
    throw refused({
      what: `${branch} is checked out in another worktree`,
      where: elsewhere,
      next: 'Run it there, or remove that worktree.',
    })
  return now ?? 'a commit without a branch'
}

function aim(known: {
  start: Start
  own: string | undefined
  remote: string | undefined
  upstream: Upstream | undefined
  top: string
}): string {
  const { start, own, remote, upstream, top } = known
  if (own === undefined) return remote ?? start.commit
  const theirs = upstream?.commit
  if (theirs === undefined || isAncestor(top, theirs, own)) return own
  if (isAncestor(top, own, theirs)) return theirs
  upstream?.notes.push(
    `It and ${upstream.name} have parted; nothing is merged. Rebase or merge it yourself when you like.`,
  )
  return own
}

async function run(top: string, args: string[], what: string) {
  const result = await git(top, args)
  if (result.ok) return result
  const said = result.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('hint:'))
  throw refused({ what, where: top, found: said.slice(0, 6).join('; ') })
}
