/**
 * When each record of an EDF+ file begins, as runs of records without a gap between them, and the
 * annotations on the way. A plain file is one run.
 */
import { ByteWindow } from '../byte-window.ts'
import type { ByteSource } from '../io.ts'
import type { ProblemLog } from '../problems.ts'
import type { RecordedMarker } from '../recording.ts'
import { type Annotation, readAnnotations } from './annotations.ts'
import type { EdfHeader, EdfSignal } from './header.ts'

/** Records that follow each other without a gap. */
export interface Segment {
  readonly firstRecord: number
  records: number
  /** Of the first record: seconds since the start in the header. */
  readonly onset: number
}

export interface SegmentsAndMarkers {
  readonly segments: readonly Segment[]
  readonly markers: readonly RecordedMarker[]
}

const maxMarkers = 1_000_000
const maxSegments = 1_000_000
/** A continuous file whose onsets are further off than this says two things at once. */
const contradictionSeconds = 1

export async function readSegments(
  source: ByteSource,
  header: EdfHeader,
  records: number,
  problems: ProblemLog,
): Promise<SegmentsAndMarkers> {
  if (!header.plus) {
    const segments = records > 0 ? [{ firstRecord: 0, records, onset: 0 }] : []
    return { segments, markers: [] }
  }
  const reader = new SegmentReader(header, problems)
  const signals = header.signals.filter((signal) => signal.isAnnotations)
  const lists = new ListBytes(source, header, signals)
  if (lists.isCut) {
    const detail = `annotations of a record are read up to ${mostListBytes} bytes`
    problems.note('too-many', detail)
  }
  for (let record = 0; record < records; record++) {
    for (const [i] of signals.entries()) {
      reader.add(lists.now(record, i) ?? (await lists.later(record, i)), i === 0)
    }
  }
  lists.release()
  return reader.finish()
}

/** From so many other bytes between them on, the lists are read one by one. */
const sparseBytes = 1 << 16

/** No annotations of a record are as long; a header that lies may say so. */
const mostListBytes = 1 << 24

/** The bytes of annotations, record after record. */
class ListBytes {
  readonly #source: ByteSource
  readonly #header: EdfHeader
  readonly #signals: readonly EdfSignal[]
  /** Of files whose records are short: everything is read, many records at once. */
  readonly #window: ByteWindow | undefined
  readonly #memory: Uint8Array
  /** By signal. */
  readonly #lengths: readonly number[]

  constructor(source: ByteSource, header: EdfHeader, signals: readonly EdfSignal[]) {
    this.#source = source
    this.#header = header
    this.#signals = signals
    const lengths = signals.map((signal) => signal.samplesPerRecord * header.sampleBytes)
    const others = header.recordBytes - lengths.reduce((sum, length) => sum + length, 0)
    const isSparse = others / signals.length >= sparseBytes
    this.#window = isSparse ? undefined : new ByteWindow(source)
    const most = Math.min(mostListBytes, source.size)
    this.#lengths = lengths.map((length) => Math.min(length, most))
    this.#memory = new Uint8Array(isSparse ? Math.max(...this.#lengths) : 0)
  }

  /** Whether annotations stand where nobody looks. */
  get isCut(): boolean {
    return this.#lengths.some((length) => length === mostListBytes)
  }

  /** Undefined where bytes must be waited for; valid until the next call. */
  now(record: number, signal: number): Uint8Array | undefined {
    const [offset, length] = this.#range(record, signal)
    if (this.#window) return this.#window.peek(offset, length)
    return this.#source.readNow?.(offset, length, this.#memory)
  }

  later(record: number, signal: number): Promise<Uint8Array> {
    const [offset, length] = this.#range(record, signal)
    if (this.#window) return this.#window.load(offset, length)
    return this.#source.read(offset, length, this.#memory)
  }

  release(): void {
    this.#window?.release()
  }

  #range(record: number, signal: number): [offset: number, length: number] {
    const { headerBytes, recordBytes } = this.#header
    const { offset } = this.#signals[signal]!
    return [headerBytes + record * recordBytes + offset, this.#lengths[signal]!]
  }
}

class SegmentReader {
  readonly #header: EdfHeader
  readonly #problems: ProblemLog
  readonly #segments: Segment[] = []
  readonly #markers: RecordedMarker[] = []
  readonly #toleranceSeconds: number
  #record = 0

  constructor(header: EdfHeader, problems: ProblemLog) {
    this.#header = header
    this.#problems = problems
    const rates = header.signals
      .filter((signal) => !signal.isAnnotations)
      .map((signal) => signal.samplesPerRecord / header.recordSeconds)
    // Half a sample of the fastest signal: onsets are rounded, and that is no gap.
    this.#toleranceSeconds = 0.5 / Math.max(1, ...rates)
  }

  /** The annotations of one signal of the next record; the first signal says when it begins. */
  add(bytes: Uint8Array, isFirst: boolean): void {
    const { annotations, damaged } = readAnnotations(bytes)
    if (damaged > 0) {
      this.#problems.note('bad-annotation', `record ${this.#record}: ${damaged} lists are damaged`)
    }
    if (isFirst) {
      this.#begin(annotations[0])
      this.#record += 1
    }
    for (const annotation of annotations) this.#mark(annotation)
  }

  #begin(timeKeeping: Annotation | undefined): void {
    const { recordSeconds, plus } = this.#header
    const segment = this.#segments.at(-1)
    const due = segment ? segment.onset + segment.records * recordSeconds : 0
    const given = timeKeeping?.texts[0] === '' ? timeKeeping.onset : undefined
    if (given === undefined) {
      this.#problems.note('bad-annotation', `record ${this.#record} does not say when it begins`)
    }
    const onset = given ?? due
    const late = onset - due
    if (segment && plus === 'c') {
      if (Math.abs(late) > contradictionSeconds) {
        const detail = `record ${this.#record} of a continuous file begins at ${onset} s, not ${due} s`
        this.#problems.note('bad-annotation', detail, 'continuous')
      }
      segment.records += 1
      return
    }
    if (segment && Math.abs(late) <= this.#toleranceSeconds) {
      segment.records += 1
      return
    }
    if (segment && late < 0) {
      const detail = `record ${this.#record} begins at ${onset} s, before ${due} s`
      this.#problems.note('overlapping-records', detail)
    }
    if (segment && this.#segments.length >= maxSegments) {
      this.#problems.note('too-many', `more than ${maxSegments} gaps`, 'gaps')
      segment.records += 1
      return
    }
    this.#segments.push({ firstRecord: this.#record, records: 1, onset })
  }

  #mark({ onset, durationSeconds, texts }: Annotation): void {
    for (const label of texts) {
      if (label === '') continue
      if (this.#markers.length >= maxMarkers) {
        this.#problems.note('too-many', `more than ${maxMarkers} annotations`, 'annotations')
        return
      }
      this.#markers.push({ time: onset, label, durationSeconds })
    }
  }

  finish(): SegmentsAndMarkers {
    this.#markers.sort((a, b) => a.time - b.time)
    return { segments: this.#segments, markers: this.#markers }
  }
}
