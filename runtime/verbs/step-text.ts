/** A step as the lead reads it: what to do, in as few words as it takes. */
import type { Stand } from '../run/advance.ts'
import { newsOf } from '../run/news.ts'
import type { RunPaths } from '../run/paths.ts'
import type { Step } from '../run/step.ts'
import type { VerbIo } from './verb.ts'

/** With what happened since the lead was last told. */
export function printStand(
  { facts, step, notices }: Stand,
  { paths, top }: Place,
  json: boolean,
  io: VerbIo,
): void {
  const news = newsOf(facts, paths, top)
  for (const line of [...notices, ...news.lines]) io.stderr(`${line}\n`)
  io.stdout(json ? `${JSON.stringify(step)}\n` : stepText(step))
  news.told()
}

interface Place {
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
