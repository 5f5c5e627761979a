/** The one table. */

export interface Row {
  what: string
  measured: string
  /** The same done another way, or what it is made of. */
  beside?: string
  /** What it should be at most, and whether it is. */
  target?: { text: string; met: boolean }
}

const HEAD = ['', 'measured', 'beside', 'target', '']

/** Rows under the name of their section, columns aligned. */
export function table(sections: { name: string; rows: Row[] }[]): string {
  const lines = sections.flatMap(({ name, rows }) => [
    [name],
    ...rows.map(({ what, measured, beside = '', target }) => [
      `  ${what}`,
      measured,
      beside,
      target?.text ?? '',
      target === undefined ? '' : target.met ? 'met' : 'MISSED',
    ]),
  ])
  const widths = HEAD.map((head, column) =>
    Math.max(
      head.length,
      ...lines.flatMap((line) => (line.length === 1 ? [] : [[...(line[column] ?? '')].length])),
    ),
  )
  return [HEAD, ...lines]
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export const atMost = (limit: number, unit: string, measured: number) => ({
  text: `<= ${limit.toLocaleString('en')}${unit}`,
  met: measured <= limit,
})

export const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`
export const times = (value: number) => `${value.toFixed(2)} x`
