/** What a plan asks of the demo worker: lines `demo: …` in its context. Pure. */

export interface DemoScript {
  /** Milliseconds an item. */
  pace: number
  /** By item number. */
  asks: Map<number, string>
  notes: Map<number, string>
  blocks: Map<number, string>
  fails: Map<number, string>
  /** First paragraph of output.md. */
  summary: string | undefined
  findings: string[]
  exitCode: number
}

/**
 * `demo: pace 300` · `demo: item 3 asks Which one?` · `demo: item 3 notes found 2` · `demo: item 3 blocks why` ·
 * `demo: item 3 fails why` · `demo: summary text` · `demo: finds text` · `demo: exits 3`
 */
export function demoScript(context: string | undefined, pace: number): DemoScript {
  const script: DemoScript = {
    pace,
    asks: new Map(),
    notes: new Map(),
    blocks: new Map(),
    fails: new Map(),
    summary: undefined,
    findings: [],
    exitCode: 0,
  }
  for (const line of (context ?? '').split(/\r?\n/)) {
    const words = /^\s*(?:[-*]\s+)?demo:\s+(.+?)\s*$/.exec(line)?.[1]
    if (words === undefined) continue
    const [, number, verb, text] = /^item\s+(\d+)\s+(asks|notes|blocks|fails)\s+(.+)$/.exec(words) ?? []
    if (verb === 'asks' || verb === 'notes' || verb === 'blocks' || verb === 'fails')
      script[verb].set(Number(number), text ?? '')
    const [, key, value = ''] = /^(pace|summary|finds|exits)\s+(.+)$/.exec(words) ?? []
    if (key === 'pace') script.pace = Number(value) || 0
    if (key === 'exits') script.exitCode = Number(value) || 0
    if (key === 'summary') script.summary = value
    if (key === 'finds') script.findings.push(value)
  }
  return script
}
