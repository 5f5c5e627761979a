/** What can fail says so in its type; an exception is a bug. */
export type Result<T> = { ok: true; value: T } | { ok: false; reason: string }

export const done = <T>(value: T): Result<T> => ({ ok: true, value })
export const failed = (reason: string): Result<never> => ({ ok: false, reason })
