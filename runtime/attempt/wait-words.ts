/** A task that goes on by itself, as a person is told. Pure. */
import type { FailureClass } from '../backend/backend.ts'
import type { Wait } from './record.ts'

type Told = Pick<Wait, 'until' | 'class' | 'from' | 'model' | 'kind' | 'anew' | 'count'>

/** `rate-limited by claude until 15:00; resumes by itself` */
export function sayWait(wait: Told, now = new Date()): string {
  const { class: kind, from, model, until } = wait
  if (model !== null) return `${sayFailed(kind, from)}; goes on with ${model} (fallback)`
  if (kind === 'context-overflow') return 'the conversation grew too long; goes on in a new one'
  if (kind === 'crashed') return 'its conversation was not kept; goes on in a new one'
  const goesOn = wait.kind === 'resume' ? 'resumes by itself' : 'starts by itself'
  return `${sayFailed(kind, from)} until ${sayTime(until, now)}; ${goesOn}`
}

/** By whom it was refused, where that is one model's or its provider's doing. */
export function sayFailed(kind: FailureClass, { model, backend }: Wait['from']): string {
  const by = backend === '' || backend === 'command' ? model : backend
  switch (kind) {
    case 'rate-limited':
      return `rate-limited by ${by}`
    case 'overloaded':
      return `${by} is overloaded, pausing`
    case 'network':
      return `${by} cannot be reached, pausing`
    case 'quota':
      return `the plan at ${by} is used up`
    case 'auth':
      return `${by} refused the login for ${model}`
    case 'cli-missing':
      return `${by} is not installed`
    case 'model-unavailable':
      return `${by} has no model ${model}`
    default:
      return `${model} failed (${kind})`
  }
}

/** The clock of whoever reads it; with the day where it is not today. */
export function sayTime(iso: string, now: Date): string {
  const at = new Date(iso)
  const two = (n: number) => String(n).padStart(2, '0')
  const day = (date: Date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`
  return day(at) === day(now) ? clock : `${day(at)} ${clock}`
}
