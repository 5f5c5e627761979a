/** `status --watch`: for as long as something runs; refreshed in place on a terminal, else each line that is new. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Observed } from '../attempt/observe.ts'
import { onChange } from '../io/changes.ts'
import { canDraw, openScreen, rows } from '../io/screen.ts'
import type { State } from '../task/status.ts'
import { foldersOf } from '../watch/pending.ts'
import type { VerbIo } from './verb.ts'

export interface Watched {
  root: string
  read(): Promise<Observed[]>
  /** @param height for a terminal that is drawn on in place */
  linesFor(tasks: Observed[], height?: number): string[]
}

export async function watching({ root, read, linesFor }: Watched, io: VerbIo): Promise<number> {
  let wake: () => void = () => {}
  let changed = false
  const look = () => {
    changed = true
    wake()
  }
  const screen = canDraw(io.env) ? openScreen(look) : undefined
  const changes = onChange(look, RESCAN)
  const printed = new Set<string>()
  try {
    for (;;) {
      changed = false
      const tasks = await read()
      changes.follow(foldersOf(root, tasks).concat(tasks.map(({ paths }) => paths.folder)))
      const live = tasks.some(({ state }) => LIVE.includes(state))
      // The last drawing may scroll: nothing is drawn over it.
      const lines = linesFor(tasks, screen && live ? Math.max(1, rows(24) - 1) : undefined)
      screen?.draw(lines)
      if (screen === undefined) for (const line of lines) if (!printed.has(line)) io.stdout(`${line}\n`)
      for (const line of lines) printed.add(line)
      if (!live) return 0
      if (!changed) await new Promise<void>((resolve) => (wake = resolve))
      await sleep(TOGETHER)
    }
  } finally {
    changes.close()
    screen?.close()
  }
}

const LIVE: readonly State[] = ['running', 'asking', 'queued']
/** A look at everything in any case, and the least time between two drawings (ms). */
const RESCAN = 1000
const TOGETHER = 40
