/** The rows of a text file as numbers; what is no sample is noted and skipped. */
import type { ByteSource } from '../io.ts'
import { lineBatches } from '../lines.ts'
import type { ProblemLog } from '../problems.ts'
import { splitRow, type TextLayout } from './layout.ts'

export interface Row {
  readonly fields: readonly string[]
  readonly index: number
  /** Seconds; NaN without a time stamp. Unix time where the file has it, else since midnight. */
  readonly stamp: number
}

/** Batches of rows, since a promise per row would cost more than the row. */
export async function* rowBatches(
  source: ByteSource,
  name: string,
  layout: TextLayout,
  problems: ProblemLog | null,
): AsyncGenerator<Row[], void, void> {
  const stamps = new Stamps(layout)
  let lineNumber = 0
  for await (const lines of lineBatches(source, name)) {
    const rows: Row[] = []
    for (const line of lines) {
      lineNumber += 1
      if (lineNumber <= layout.headerLines || line.trim() === '') continue
      const fields = splitRow(line, layout.separator)
      if (isRow(fields, layout)) {
        const index = layout.sampleIndex < 0 ? 0 : Number(fields[layout.sampleIndex])
        rows.push({ fields, index, stamp: stamps.of(fields) })
      } else problems?.note('bad-row', `line ${lineNumber} is no row of ${layout.columns} columns`)
    }
    yield rows
  }
}

/** A row that was cut off by a crash has fewer columns, or half a number at its end. */
function isRow(fields: readonly string[], layout: TextLayout): boolean {
  if (fields.length < layout.columns) return false
  const { sampleIndex, timestamp } = layout
  if (sampleIndex >= 0 && !isNumber(fields[sampleIndex])) return false
  if (timestamp >= 0 && !isNumber(fields[timestamp])) return false
  return layout.groups.every(({ columns }) => columns.every((column) => !isBlank(fields[column]!)))
}

function isBlank(field: string): boolean {
  // Nearly all fields end with a digit: only the others are worth a copy.
  return field === '' || (field.endsWith(' ') && field.trim() === '')
}

function isNumber(field: string | undefined): boolean {
  return field !== undefined && !isBlank(field) && Number.isFinite(Number(field))
}

/** Beyond this a Unix time is in milliseconds. */
const milliseconds = 1e11
const secondsOfDay = 86_400

class Stamps {
  readonly #layout: TextLayout
  #midnights = 0
  #last = 0

  constructor(layout: TextLayout) {
    this.#layout = layout
  }

  of(fields: readonly string[]): number {
    const { timestamp, timeOfDay } = this.#layout
    if (timestamp >= 0) {
      const value = Number(fields[timestamp])
      return value > milliseconds ? value / 1000 : value
    }
    return timeOfDay >= 0 ? this.#ofDay(fields[timeOfDay]!) : Number.NaN
  }

  /** `15:31:23.878`; past midnight the day goes on. */
  #ofDay(text: string): number {
    const match = /(\d+):(\d+):(\d+(?:[.,]\d+)?)/.exec(text)
    if (!match) return this.#last
    const [, hours, minutes, seconds] = match
    const time = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds!.replace(',', '.'))
    let stamp = time + this.#midnights * secondsOfDay
    if (stamp < this.#last - secondsOfDay / 2) {
      this.#midnights += 1
      stamp += secondsOfDay
    }
    this.#last = stamp
    return stamp
  }
}
