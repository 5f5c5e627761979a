/** What the audience sees: the tasks in place on a terminal, a line for each change anywhere else. */
import { write } from '../io/console.ts'
import { canDraw, columns, openScreen, rows, type Screen, wantsColour } from '../io/screen.ts'
import { coloured, type LineView, overview, type Paint, plain } from '../verbs/status-text.ts'

export interface View {
  paint: Paint
  say(text: string): void
  show(tasks: readonly LineView[]): void
  /** Lets what was shown stand, so that something can be said below it. */
  settle(): void
  /** From now on only what is said is seen. */
  end(): void
}

/** Width where there is no terminal (cells). */
const WIDE = 140

export function viewFor(env: NodeJS.ProcessEnv): View {
  const say = (text: string) => write(1, `${text}\n`)
  const paint = wantsColour(env) ? coloured : plain
  return canDraw(env) ? inPlace(say, paint) : lineByLine(say, paint)
}

function inPlace(say: View['say'], paint: Paint): View {
  let screen: Screen | undefined
  let shown: readonly LineView[] = []
  let ended = false
  const draw = () => {
    screen ??= openScreen(draw)
    screen.draw(overview(shown, { paint, width: columns(80) - 1, height: Math.max(1, rows(24) - 1) }))
  }
  const settle = () => {
    screen?.close()
    screen = undefined
  }
  return {
    paint,
    settle,
    say(text) {
      settle()
      say(text)
    },
    show(tasks) {
      shown = tasks
      if (!ended) draw()
    },
    end() {
      settle()
      ended = true
    },
  }
}

function lineByLine(say: View['say'], paint: Paint): View {
  const seen = new Map<string, string>()
  let ended = false
  return {
    paint,
    say,
    settle() {},
    show(tasks) {
      const lines = overview(tasks, { paint, width: WIDE })
      for (const [i, { id, state, items }] of tasks.entries()) {
        const now = `${state} ${items.done}`
        if (ended || seen.get(id) === now) continue
        seen.set(id, now)
        say(lines[i] ?? '')
      }
    },
    end() {
      ended = true
    },
  }
}
