/** What the system says of itself. Apart because few verbs ask, and node:os takes a hot one's time to load. */
import { homedir, tmpdir } from 'node:os'

export const systemHome = () => homedir()
export const systemTemporary = () => tmpdir()
