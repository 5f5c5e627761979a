/** A step as the lead reads it: what to do, in as few words as it takes. */
import type { Stand } from '../run/advance.ts'
import { newsOf } from '../run/news.ts'
import type { RunPaths } from '../run/paths.ts'
import type { Step } from '../run/step.ts'
import type { VerbIo } from './verb.ts'

/** With what happened since the lead was last told, and how it is woken where no client does it. */
export async function printStand(
  { facts, step, notices, outside = false }: Stand,
  { root, paths, top }: Place,
  json: boolean,
  io: VerbIo,
): Promise<void> {
  const news = newsOf(facts, paths, top)
  for (const line of [...notices, ...news.lines]) io.stderr(`${line}\n`)
  io.stdout(json ? `${JSON.stringify(step)}\n` : stepText(step))
  if (outside && !json) {
    const { wakeLineOfRun } = await import('../watch/wake.ts')
    io.stdout(`${await wakeLineOfRun(root, io.env)}\n`)
  }
  news.told()
}

interface Place {
  root: string
  paths: RunPaths
  top: string
}

function stepText({ run, batch, phase, action, agents, question, message }: Step): string {
  const where = batch === null ? '' : ` batch ${batch.number}/${batch.total}`
  return [
    `${run}${where} ${phase}: ${action}`,
    message,
    ...agents.map(({ type, model, prompt }) => `- ${type} (${model}): ${prompt}`),
    ...(question === null ? [] : question.options.map((option) => `- ${option}`)),
    '',
  ].join('\n')
}
