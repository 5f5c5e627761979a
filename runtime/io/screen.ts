/**
 * A few lines at the end of a terminal that are drawn anew in place. What was printed before stays above them. The
 * cursor is hidden meanwhile, and comes back however this ends.
 */
import { cells } from './cells.ts'
import { isTerminal, write } from './console.ts'

export interface Screen {
  /** Lines that are narrower than the terminal; together they must be lower than it. */
  draw(lines: readonly string[]): void
  /** Leaves the last lines where they are. */
  close(): void
}

const UP = (n: number) => (n === 0 ? '' : `\u001b[${n}A`)
const REST_OF_LINE = '\u001b[K'
const REST_OF_SCREEN = '\u001b[J'
const HIDE = '\u001b[?25l'
const SHOW = '\u001b[?25h'

/** Signals that end us; the cursor comes back first. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** From the lines that are there to the new ones, without a flicker. `columns` is the terminal's width now. */
export function redraw(before: readonly string[], lines: readonly string[], columns: number): string {
  // A terminal that became narrower has broken the old lines into more.
  const rows = before.reduce((sum, line) => sum + Math.max(1, Math.ceil(cells(line) / columns)), 0)
  return `${UP(rows)}\r${lines.map((line) => `${line}${REST_OF_LINE}\n`).join('')}${REST_OF_SCREEN}`
}

/** Is there a terminal on standard output that can be drawn on? */
export const canDraw = (env: NodeJS.ProcessEnv) => isTerminal(1) && env.TERM !== 'dumb'

/** Does standard output want colours? (https://no-color.org) */
export const wantsColour = (env: NodeJS.ProcessEnv) => canDraw(env) && !env.NO_COLOR

export const columns = (otherwise: number) => process.stdout.columns || otherwise
export const rows = (otherwise: number) => process.stdout.rows || otherwise

/** @param resized called when the terminal has another size */
export function openScreen(resized: () => void): Screen {
  let drawn: readonly string[] = []
  const close = () => {
    write(1, SHOW)
    process.stdout.off('resize', resized)
    for (const name of ENDING) process.off(name, end)
  }
  const end = (name: NodeJS.Signals) => {
    close()
    process.kill(process.pid, name) // as if we had never caught it
  }
  for (const name of ENDING) process.on(name, end)
  process.stdout.on('resize', resized)
  write(1, HIDE)
  return {
    draw(lines) {
      write(1, redraw(drawn, lines, columns(80)))
      drawn = lines
    },
    close,
  }
}
