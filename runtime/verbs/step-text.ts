/** A step as the lead reads it: what to do, in as few words as it takes. */
import type { Step } from '../run/step.ts'
import type { VerbIo } from './verb.ts'

export const printStep = (step: Step, json: boolean, { stdout }: VerbIo): void =>
  stdout(json ? `${JSON.stringify(step)}\n` : stepText(step))

export function stepText({ run, batch, phase, action, agents, question, message }: Step): string {
  const where = batch === null ? '' : ` batch ${batch.number}/${batch.total}`
  return [
    `${run}${where} ${phase}: ${action}`,
    message,
    ...agents.map(({ type, model, prompt }) => `- ${type} (${model}): ${prompt}`),
    ...(question === null ? [] : question.options.map((option) => `- ${option}`)),
    '',
  ].join('\n')
}
