/**
 * The header of EDF, EDF+, BDF and BDF+ (Kemp et al. 1992; Kemp and Olivan 2003): fixed fields of
 * ASCII, first of the file, then of all signals. Faults that leave the samples readable are noted,
 * not thrown.
 */
import { SynapseError } from '../../signal/index.ts'
import type { ProblemLog } from '../problems.ts'

export interface EdfSignal {
  readonly label: string
  readonly dimension: string
  readonly physicalMinimum: number
  readonly physicalMaximum: number
  readonly digitalMinimum: number
  readonly digitalMaximum: number
  readonly prefilter: string
  readonly samplesPerRecord: number
  /** Bytes from the begin of a record to its samples. */
  readonly offset: number
  readonly isAnnotations: boolean
}

export interface EdfHeader {
  readonly kind: 'edf' | 'bdf'
  /** C: continuous, D: with gaps; null for files without annotations. */
  readonly plus: 'c' | 'd' | null
  readonly startedAt: Date | null
  /** The device as EDF+ names it. */
  readonly equipment: string | undefined
  readonly headerBytes: number
  /** As declared; −1 in a file that was never finished. */
  readonly recordCount: number
  readonly recordSeconds: number
  readonly recordBytes: number
  /** Bytes of a sample: 2 in EDF, 3 in BDF. */
  readonly sampleBytes: 2 | 3
  readonly signals: readonly EdfSignal[]
}

const mainBytes = 256
const signalBytes = 256

export function looksLikeEdf(start: Uint8Array): boolean {
  const version = latin1(start.subarray(0, 8))
  const isKnown = version === '0       ' || version === '\u00ffBIOSEMI'
  return isKnown && start.length >= mainBytes && /^\d+ *$/.test(latin1(start.subarray(252, 256)))
}

/** Bytes of the whole header, from its first 256. */
export function headerLength(start: Uint8Array): number {
  return mainBytes + signalBytes * Number(latin1(start.subarray(252, 256)))
}

/** @throws SynapseError file-damaged when the samples cannot be found by it */
export function readEdfHeader(bytes: Uint8Array, name: string, problems: ProblemLog): EdfHeader {
  const fields = new Fields(bytes, problems)
  const kind = bytes[0] === 0xff ? 'bdf' : 'edf'
  fields.skip(8 + 80) // version, patient
  const recording = fields.text(80)
  const startedAt = readStart(fields.text(8), fields.text(8), recording, problems)
  const headerBytes = fields.number(8)
  const reserved = fields.text(44)
  const recordCount = fields.number(8)
  const recordSeconds = fields.number(8)
  const count = fields.number(4)
  if (!(count >= 1) || bytes.length < mainBytes + signalBytes * count) {
    throw new SynapseError('file-damaged', `reading ${name}: the header is incomplete`)
  }
  if (headerBytes !== mainBytes + signalBytes * count) {
    const detail = `the header is said to have ${headerBytes} bytes for ${count} signals`
    problems.note('bad-header', detail, 'header bytes')
  }
  const sampleBytes = kind === 'bdf' ? 3 : 2
  const signals = readSignals(fields, count, kind, sampleBytes)
  const bad = signals.find((signal) => !(signal.samplesPerRecord >= 0))
  if (bad) {
    const detail = `signal ${JSON.stringify(bad.label)} has no number of samples per record`
    throw new SynapseError('file-damaged', `reading ${name}: ${detail}`)
  }
  const last = signals.at(-1)!
  return {
    kind,
    plus: plusOf(reserved, signals),
    startedAt,
    equipment: equipmentOf(recording),
    headerBytes: mainBytes + signalBytes * count,
    recordCount: Number.isInteger(recordCount) ? recordCount : -1,
    recordSeconds: usableDuration(recordSeconds, signals, problems),
    recordBytes: last.offset + last.samplesPerRecord * sampleBytes,
    sampleBytes,
    signals,
  }
}

function readSignals(
  fields: Fields,
  count: number,
  kind: 'edf' | 'bdf',
  sampleBytes: number,
): EdfSignal[] {
  const column = <T>(read: () => T) => Array.from({ length: count }, read)
  const labels = column(() => fields.text(16))
  column(() => fields.skip(80)) // transducer
  const dimensions = column(() => fields.text(8))
  const physicalMinima = column(() => fields.number(8))
  const physicalMaxima = column(() => fields.number(8))
  const digitalMinima = column(() => fields.number(8))
  const digitalMaxima = column(() => fields.number(8))
  const prefilters = column(() => fields.text(80))
  const samples = column(() => fields.number(8))
  let offset = 0
  return labels.map((label, i) => {
    const signal: EdfSignal = {
      label,
      dimension: dimensions[i]!,
      physicalMinimum: physicalMinima[i]!,
      physicalMaximum: physicalMaxima[i]!,
      digitalMinimum: digitalMinima[i]!,
      digitalMaximum: digitalMaxima[i]!,
      prefilter: prefilters[i]!,
      samplesPerRecord: Number.isInteger(samples[i]) ? samples[i]! : Number.NaN,
      offset,
      isAnnotations: label === `${kind.toUpperCase()} Annotations`,
    }
    offset += signal.samplesPerRecord * sampleBytes
    return signal
  })
}

/** OpenBCI's GUI writes annotations without saying in the reserved field that it is BDF+. */
function plusOf(reserved: string, signals: readonly EdfSignal[]): 'c' | 'd' | null {
  if (!signals.some((signal) => signal.isAnnotations)) return null
  return /^[EB]DF\+D/.test(reserved) ? 'd' : 'c'
}

/** Records without duration are right where there are only annotations. */
function usableDuration(
  seconds: number,
  signals: readonly EdfSignal[],
  problems: ProblemLog,
): number {
  if (seconds > 0) return seconds
  if (signals.some((signal) => !signal.isAnnotations)) {
    const detail = `a record lasts ${seconds} s by the header; times and rates are given for 1 s`
    problems.note('bad-header', detail, 'record duration')
    return 1
  }
  return 0
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

/** EDF has local time without a zone; like other readers, we take it as UTC. */
function readStart(
  date: string,
  time: string,
  recording: string,
  problems: ProblemLog,
): Date | null {
  const [day, month, shortYear] = date.split(/\D/).map(Number)
  const [hour, minute, second] = time.split(/\D/).map(Number)
  const given = /^Startdate (\d\d)-([A-Z]{3})-(\d{4})/i.exec(recording)
  // Two digits reach from 1985 to 2084; the recording field of EDF+ has all four.
  const year = given ? Number(given[3]) : shortYear! + (shortYear! >= 85 ? 1900 : 2000)
  const [dayGiven, monthGiven] = given
    ? [Number(given[1]), months.indexOf(given[2]!.toUpperCase()) + 1]
    : [day, month]
  const milliseconds = Date.UTC(year, monthGiven! - 1, dayGiven, hour, minute, second)
  const start = new Date(milliseconds)
  const possible =
    start.getUTCDate() === dayGiven &&
    start.getUTCMonth() === monthGiven! - 1 &&
    hour! < 24 &&
    minute! < 60 &&
    second! < 60
  if (possible) return start
  problems.note('bad-header', `${date} ${time} is not a date and time`, 'start')
  return null
}

function equipmentOf(recording: string): string | undefined {
  const [word, , , , equipment] = recording.split(' ')
  return word === 'Startdate' && equipment && equipment !== 'X' ? equipment : undefined
}

/** Fields one after the other. */
class Fields {
  readonly #bytes: Uint8Array
  /** The same, a character per byte. */
  readonly #characters: string
  readonly #problems: ProblemLog
  #at = 0

  constructor(bytes: Uint8Array, problems: ProblemLog) {
    const { buffer, byteOffset, length } = bytes
    this.#bytes = bytes
    this.#characters = Buffer.from(buffer, byteOffset, length).toString('latin1')
    this.#problems = problems
  }

  skip(length: number): void {
    this.#at += length
  }

  text(length: number): string {
    const start = this.#at
    this.#at += length
    let text = this.#characters.slice(start, this.#at)
    if (/[\u0080-\u00ff]/.test(text)) {
      this.#problems.note('foreign-characters', 'the header has characters other than ASCII')
      text = decodeText(this.#bytes.subarray(start, this.#at))
    }
    return text.replaceAll('\0', ' ').trim()
  }

  /** NaN where there is none. Some writers use the decimal comma of their country. */
  number(length: number): number {
    const text = this.text(length).replace(',', '.')
    return text === '' ? Number.NaN : Number(text)
  }
}

/** UTF-8 where it is valid, as EDF+ wants it in annotations; Latin-1 as older writers have it. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return latin1(bytes)
  }
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
