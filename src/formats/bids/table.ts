/** Tables as BIDS has them: tab-separated, a header, `n/a` for what is not known. */

export type Cell = string | number | null | undefined

/** One line, without tabs. */
function cellText(value: Cell): string {
  if (value === null || value === undefined) return 'n/a'
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'n/a'
  return (
    value
      .toWellFormed()
      .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
      .trim() || 'n/a'
  )
}

export function tableText(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [columns.join('\t'), ...rows.map((row) => row.map(cellText).join('\t'))]
  return `${lines.join('\n')}\n`
}

/**
 * The table with a row more, whatever its columns are and in whatever order; as it is where a row
 * with the same key is there already.
 * @param text of the table as it stands; undefined for a table that begins with this row
 */
export function withRow(
  text: string | undefined,
  key: string,
  row: Readonly<Record<string, Cell>>,
): string {
  const lines = text?.split(/\r?\n/).filter((line) => line !== '') ?? []
  const columns = lines[0]?.split('\t') ?? Object.keys(row)
  const at = columns.indexOf(key)
  const isThere = lines.slice(1).some((line) => line.split('\t')[at] === cellText(row[key]))
  if (isThere) return text!
  const body = lines.length > 0 ? lines : [columns.join('\t')]
  return `${[...body, columns.map((name) => cellText(row[name])).join('\t')].join('\n')}\n`
}
