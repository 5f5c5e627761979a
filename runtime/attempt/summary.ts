import { readFrom } from '../io/reading.ts'
import { firstParagraph } from '../task/status.ts'
import type { Observed } from './observe.ts'

/** Enough of output.md to hold its first paragraph (bytes). */
const HEAD = 8192

/** The first paragraph of output.md, else the worker's last message; at most 300 characters, null where neither is. */
export function summaryOf({ paths, exit }: Observed): string | null {
  return (
    firstParagraph(readFrom(paths.output, 0, HEAD).toString('utf8')) ?? firstParagraph(exit?.final_text ?? '')
  )
}
