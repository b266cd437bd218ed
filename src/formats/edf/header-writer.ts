/** The header of EDF+ and BDF+ as bytes: fields of printable ASCII, all of fixed length. */
import { toAscii } from '../export/ascii.ts'
import type { DigitalRange } from './digital-range.ts'

export interface EdfSignalFields {
  readonly label: string
  readonly dimension: string
  readonly range: Omit<DigitalRange, 'factor' | 'unit' | 'isWhole'>
  readonly prefilter: string
  readonly samplesPerRecord: number
}

export interface EdfHeaderFields {
  readonly kind: 'edf' | 'bdf'
  readonly plus: 'C' | 'D'
  /** Of the wall clock, to the second; null: not known. */
  readonly startedAt: Date | null
  readonly equipment: string
  readonly records: number
  readonly recordSeconds: string
  readonly signals: readonly EdfSignalFields[]
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const two = (number: number) => String(number).padStart(2, '0')

export function edfHeaderBytes(fields: EdfHeaderFields): Uint8Array {
  const { kind, plus, startedAt, equipment, records, recordSeconds, signals } = fields
  const parts: string[] = []
  const field = (text: string, length: number) => parts.push(text.padEnd(length).slice(0, length))
  const column = (length: number, text: (signal: EdfSignalFields) => string) => {
    for (const signal of signals) field(text(signal), length)
  }
  field(kind === 'edf' ? '0' : '\u00ffBIOSEMI', 8)
  field('X X X X', 80)
  field(`Startdate ${longDate(startedAt)} X X ${equipment || 'X'}`, 80)
  const { date, time } = shortStart(startedAt)
  field(date, 8)
  field(time, 8)
  field(String(256 * (signals.length + 1)), 8)
  field(`${kind.toUpperCase()}+${plus}`, 44)
  field(String(records), 8)
  field(recordSeconds, 8)
  field(String(signals.length), 4)
  column(16, ({ label }) => label)
  column(80, () => '')
  column(8, ({ dimension }) => dimension)
  column(8, ({ range }) => range.physicalMinimum)
  column(8, ({ range }) => range.physicalMaximum)
  column(8, ({ range }) => String(range.digitalMinimum))
  column(8, ({ range }) => String(range.digitalMaximum))
  column(80, ({ prefilter }) => prefilter)
  column(8, ({ samplesPerRecord }) => String(samplesPerRecord))
  column(32, () => '')
  return Buffer.from(parts.join(''), 'latin1')
}

export function annotationSignal(kind: 'edf' | 'bdf', recordBytes: number): EdfSignalFields {
  const digital = kind === 'bdf' ? 8_388_608 : 32_768
  return {
    label: `${kind.toUpperCase()} Annotations`,
    dimension: '',
    range: {
      digitalMinimum: -digital,
      digitalMaximum: digital - 1,
      physicalMinimum: '-1',
      physicalMaximum: '1',
    },
    prefilter: '',
    samplesPerRecord: recordBytes / (kind === 'bdf' ? 3 : 2),
  }
}

function longDate(date: Date | null): string {
  if (!date) return 'X'
  return `${two(date.getUTCDate())}-${months[date.getUTCMonth()]}-${date.getUTCFullYear()}`
}

/** EDF reaches from 1985 to 2084; beyond, its year is "yy" and the other field has the truth. */
function shortStart(date: Date | null): { readonly date: string; readonly time: string } {
  if (!date) return { date: '01.01.85', time: '00.00.00' }
  const year = date.getUTCFullYear()
  const shortYear = year >= 1985 && year <= 2084 ? two(year % 100) : 'yy'
  return {
    date: `${two(date.getUTCDate())}.${two(date.getUTCMonth() + 1)}.${shortYear}`,
    time: [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join('.'),
  }
}

/** A subfield of the recording field: no spaces. */
export function edfWord(text: string, length: number): string {
  return toAscii(text).trim().replace(/ +/g, '_').slice(0, length)
}

/** Labels of 16 characters, no two alike, none that is taken for annotations. */
export function edfLabels(labels: readonly string[]): string[] {
  const taken = new Set(['EDF Annotations', 'BDF Annotations'])
  return labels.map((label, i) => {
    const plain = toAscii(label).trim() || `channel ${i + 1}`
    let own = plain.slice(0, 16).trim()
    for (let k = 2; taken.has(own); k++) {
      const number = ` ${k}`
      own = plain.slice(0, 16 - number.length).trim() + number
    }
    taken.add(own)
    return own
  })
}
