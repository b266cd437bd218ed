/**
 * Annotations on their way into records. Every record has the same room for them; they stand in
 * the record during which they happen, or near it where many happen at once.
 */

export interface EdfNote {
  /** Seconds since the start in the header. */
  readonly onset: number
  readonly durationSeconds: number
  readonly text: string
}

const encoder = new TextEncoder()
/** Other readers cut at 512 characters or less; a text beyond this would swell every record. */
export const maxNoteCharacters = 2000

export class AnnotationSlots {
  /** Bytes of every record for annotations. */
  readonly recordBytes: number
  readonly #notes: { readonly onset: number; readonly bytes: Uint8Array }[]
  readonly #records: number
  readonly #usable: number
  #next = 0
  #left: number

  /** @param lastOnset of the last record, which has the longest time-keeping list */
  constructor(notes: readonly EdfNote[], records: number, lastOnset: number, sampleBytes: number) {
    this.#notes = notes
      .map((note) => ({ onset: note.onset, bytes: noteBytes(note) }))
      .sort((a, b) => a.onset - b.onset)
    this.#records = records
    this.#left = this.#notes.reduce((sum, { bytes }) => sum + bytes.length, 0)
    const longest = this.#notes.reduce((most, { bytes }) => Math.max(most, bytes.length), 0)
    // Fractions of a second take up to 8 characters more than the last onset may have.
    const timeKeeping = timeKeepingBytes(lastOnset).length + 8
    this.#usable = Math.ceil(this.#left / Math.max(1, records))
    const wanted = timeKeeping + longest + this.#usable
    this.recordBytes = Math.ceil(wanted / sampleBytes) * sampleBytes
  }

  /** Those of the next record, which lasts from `onset` to `end`, written into `out`. */
  fill(record: number, onset: number, end: number, out: Uint8Array): void {
    out.fill(0)
    const head = timeKeepingBytes(onset)
    out.set(head)
    let at = head.length
    // What is left after this record must fit those that follow.
    const later = (this.#records - 1 - record) * this.#usable
    for (; this.#next < this.#notes.length; this.#next++) {
      const note = this.#notes[this.#next]!
      if (note.onset >= end && this.#left <= later) return
      if (at + note.bytes.length > out.length) return
      out.set(note.bytes, at)
      at += note.bytes.length
      this.#left -= note.bytes.length
    }
  }
}

function timeKeepingBytes(onset: number): Uint8Array {
  return encoder.encode(`${signed(onset)}\x14\x14\0`)
}

function noteBytes({ onset, durationSeconds, text }: EdfNote): Uint8Array {
  const duration = durationSeconds > 0 ? `\x15${seconds(durationSeconds)}` : ''
  return encoder.encode(`${signed(onset)}${duration}\x14${text}\x14\0`)
}

function signed(onset: number): string {
  return onset < 0 ? `-${seconds(-onset)}` : `+${seconds(onset)}`
}

/** EDFlib counts in 100 ns. */
function seconds(value: number): string {
  if (Number.isInteger(value)) return value.toFixed(0)
  return value.toFixed(7).replace(/\.?0+$/, '')
}

/** Without the characters that divide annotations from each other, and never empty. */
export function noteText(label: string): string {
  const plain = label
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these have a meaning in the format
    .replace(/[\u0000-\u001f\u007f]/g, ' ')
    .trim()
  return [...plain].slice(0, maxNoteCharacters).join('') || 'marker'
}
