/**
 * The demo worker, a process like any other: it knows its task from its environment and talks through the worker's
 * verbs, called as a program. It does no work; it plays the plan, and what it writes says so. See demo-script.ts.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { write } from '../io/console.ts'
import { launcher } from '../io/places.ts'
import { replace } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { runCommand } from '../io/run.ts'
import { statIfThere } from '../io/stat.ts'
import { demoScript } from './demo-script.ts'

/** Milliseconds an item where neither plan nor environment say. */
const PACE = 400

interface Item {
  number: number
  mark: string
  text: string
}

const { DISPATCH_ROOT: root = '', DISPATCH_TASK: id = '' } = process.env
const folder = join(root, 'tasks', id)

/** Calls a verb as any worker does; a text goes by standard input. */
async function verb(words: string[], input?: string): Promise<{ code: number; stdout: string }> {
  const { code, stdout, stderr } = await runCommand([launcher(), ...words], {
    cwd: process.cwd(),
    env: process.env,
    ...(input === undefined ? {} : { input }),
  })
  if (stderr !== '') write(2, stderr)
  return { code: code ?? 70, stdout }
}

function itemsFrom(text: string): Item[] {
  const list: unknown = JSON.parse(text)
  if (typeof list !== 'object' || list === null || !('items' in list) || !Array.isArray(list.items)) return []
  return list.items
}

/** The text below `## Context`, from the plan as it stands. */
function contextOf(plan: string): string {
  return /^## +Context *\r?\n([\s\S]*?)(?=^#{1,2} |$(?![\s\S]))/im.exec(plan)?.[1] ?? ''
}

/** The answer that an earlier worker of this task was given to the same question. */
function answered(question: string): string | undefined {
  for (let n = 1; n < 1000; n++) {
    const at = join(folder, 'ipc', String(n).padStart(3, '0'))
    if (statIfThere(`${at}.question`) === undefined) continue
    if (readIfThere(`${at}.question`)?.trim() === question) return readIfThere(`${at}.answer`)
  }
  return undefined
}

async function play(): Promise<number> {
  const script = demoScript(
    contextOf(readIfThere(join(folder, 'plan.md')) ?? ''),
    Number(process.env.DISPATCH_DEMO_PACE) || PACE,
  )
  const items = itemsFrom((await verb(['plan', '--json'])).stdout)
  const lines: string[] = []
  for (const { number, mark, text } of items) {
    if (mark === 'done') continue
    await verb(['begin', String(number)])
    await sleep(script.pace)
    const question = script.asks.get(number)
    let heard = question === undefined ? undefined : answered(question)
    if (question !== undefined && heard === undefined) {
      const { code, stdout } = await verb(['ask', '-'], question)
      if (code === 75) {
        replace(
          join(folder, 'context.md'),
          `The demo worker stopped at item ${number}, waiting for an answer to: ${question}\n`,
        )
        write(1, `Waiting for an answer to item ${number}.\n`)
        return 0
      }
      heard = stdout
    }
    const blocker = script.blocks.get(number)
    const error = script.fails.get(number)
    if (blocker !== undefined) await verb(['block', String(number), '-'], blocker)
    else if (error !== undefined) await verb(['fail', String(number), '-'], error)
    else {
      const isOutput = /output\.md/.test(text)
      const note =
        script.notes.get(number) ??
        (heard === undefined
          ? isOutput
            ? undefined
            : 'played by the demo worker'
          : `answered: ${heard.trim()}`)
      // The deliverable is there before its item is ticked.
      if (isOutput) deliver(script.summary, script.findings, lines)
      await verb(['tick', String(number), ...(note === undefined ? [] : ['-'])], note)
      lines.push(`- ${text}${note === undefined ? '' : ` — ${note}`}`)
    }
    write(1, `${number}. ${text}\n`)
  }
  deliver(script.summary, script.findings, lines)
  await verb(['done'])
  write(1, `\n${script.summary ?? `Played ${items.length} items; no work was done.`}\n`)
  return script.exitCode
}

function deliver(summary: string | undefined, findings: string[], lines: string[]): void {
  const text = `${[summary ?? 'Played by the demo worker; no work was done.', findings.map((finding) => `- ${finding}`).join('\n'), '## Played', lines.join('\n')].filter((part) => part !== '').join('\n\n')}\n`
  replace(join(folder, 'output.md'), text)
}

play().then((code) => {
  process.exitCode = code
})
