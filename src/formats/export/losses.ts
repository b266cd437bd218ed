/**
 * What an export could not keep, as a table: every writer adds its rows, a person reads it once.
 * An empty table means that the file says all that the recording said.
 */

const lossKinds = {
  rounding: 'values are rounded',
  clipped: 'values beyond the range of the format are cut to it',
  'not-finite': 'values that are no numbers are replaced by the last one that is',
  'gaps-filled': 'missing samples are filled with the last value, and marked',
  'gaps-joined': 'what comes after a gap follows at once',
  padding: 'samples are added at an end, where the format needs whole records',
  times: 'the format computes times from the rate',
  markers: 'markers are changed',
  names: 'names are changed',
  units: 'values are given in another unit',
  metadata: 'facts that the format has no place for',
  'left-out': 'a stream is not in the file',
} as const

export type LossKind = keyof typeof lossKinds

export interface ExportLoss {
  readonly kind: LossKind
  /** The stream, or what else is concerned. */
  readonly subject: string
  /** How many samples, markers, gaps, names … */
  readonly count: number
  readonly detail: string
  /** The largest error, where there is one, in `unit`. */
  readonly maxError?: number
  readonly unit?: string
}

export class LossTable {
  readonly #rows: ExportLoss[] = []

  add(row: ExportLoss): void {
    if (row.count > 0) this.#rows.push(row)
  }

  /** The kinds in the order of their table: what touches the samples first. */
  list(): ExportLoss[] {
    const order = Object.keys(lossKinds)
    return this.#rows.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  }
}

/** `a, b, c … (12)` */
export function someOf(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} … (${names.length})` : shown
}

/** A number for people: four digits. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(4)))
}
