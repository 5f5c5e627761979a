/** A worker that works as its prompt says, step by step; what the steps are is up to the test. */
import { bash, type Script, say, sequence } from './script.ts'

/** Begins and ticks an item, in one shell call. */
export const item = (number: number, note = 'as it should be') =>
  bash(`dispatch begin ${number} && dispatch tick ${number} "${note}"`)

/** Writes the report, ticks the item that is about it, and says that all is done. */
export const deliver = (id: string, number: number, summary: string) =>
  bash(
    `dispatch begin ${number}\ncat > .dispatch/tasks/${id}/output.md <<'EOF'\n# Report\n\n${summary}\nEOF\ndispatch tick ${number} && dispatch done`,
  )

export const ask = (question: string) => bash(`dispatch ask - <<'EOF'\n${question}\nEOF`)

/** One item of work, one of reporting. */
export const simple = (id: string, summary: string): Script =>
  sequence(item(1), deliver(id, 2, summary), say('Finished.'))
