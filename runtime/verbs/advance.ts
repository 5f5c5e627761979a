import type { Ground } from '../attempt/ground.ts'
import { schedule } from '../attempt/schedule.ts'
import type { VerbIo } from './verb.ts'

/** Starts what can start; what cannot now is said, and is no reason to stop listening. */
export async function advance(ground: Ground, io: VerbIo): Promise<void> {
  for (const { message } of await schedule(ground)) io.stderr(`dispatch: ${message}\n`)
}
