import { randomUUID } from 'node:crypto'

const part = () => Math.random().toString(36).slice(2, 12).padEnd(10, '0')

/**
 * A short name that no other process picks: 20 characters of base 36. Not a secret, so the engine's own generator
 * serves (each process seeds it from the system); node:crypto costs a hot verb several milliseconds.
 */
export const randomName = () => part() + part()

export const uuid = () => randomUUID()
