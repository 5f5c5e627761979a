/** What a killed starter left queued is started in the background: who only reads does not wait for it. */
import { launcher } from '../io/places.ts'
import { isShortLived } from '../io/processes.ts'
import { spawnDetached } from '../io/spawn.ts'
import { cleanEnvironment } from './environment.ts'
import type { Ground } from './ground.ts'
import { readyIn } from './schedule.ts'

/** Nothing happens where nothing could start, or where somebody is starting it already. */
export async function nudge(ground: Ground): Promise<void> {
  // What is started in a client's sandbox ends with the command; somebody else comes by.
  if (isShortLived() || readyIn(ground).length === 0) return
  await spawnDetached([launcher(), '_schedule', ground.root], {
    cwd: '/',
    env: { ...cleanEnvironment(ground.env), DISPATCH_HOME: ground.home },
  })
}
