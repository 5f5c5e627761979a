/** Waiting for something to happen in folders: told by the kernel, with a slow look of our own as the safety net. */
import { type FSWatcher, watch } from 'node:fs'
import { errorCode } from './errors.ts'

export interface Changes {
  /** Watches exactly these folders from now on; a folder that is not there yet is left to the rescan. */
  follow(folders: Iterable<string>): void
  close(): void
}

/** Not there yet, no folder, closed to us by who owns it, or no more watches to be had: the rescan serves. */
const UNWATCHED = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ENOSPC', 'EMFILE']

/**
 * Calls `look` soon after anything changes in a followed folder, and every `rescan` ms in any case.
 * Calls never overlap with themselves: `look` is synchronous, and changes during it cause one more call.
 */
export function onChange(look: () => void, rescan = 3000): Changes {
  const watchers = new Map<string, FSWatcher>()
  let due = false
  let closed = false
  const soon = () => {
    if (due) return
    due = true
    setImmediate(() => {
      due = false
      if (!closed) look()
    })
  }
  const forget = (folder: string) => {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }
  const timer = setInterval(look, rescan)
  return {
    follow(folders) {
      const wanted = new Set(folders)
      for (const folder of watchers.keys()) if (!wanted.has(folder)) forget(folder)
      for (const folder of wanted) {
        if (watchers.has(folder)) continue
        try {
          const watcher = watch(folder, soon)
          watcher.on('error', () => forget(folder)) // the folder went away; the rescan notices
          watchers.set(folder, watcher)
        } catch (error) {
          if (!UNWATCHED.includes(errorCode(error) ?? '')) throw error
        }
      }
    },
    close() {
      closed = true
      clearInterval(timer)
      for (const folder of [...watchers.keys()]) forget(folder)
    },
  }
}
