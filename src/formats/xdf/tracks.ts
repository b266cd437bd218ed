/** What a writer keeps of each stream: its number in the file, its stamps, and its account. */
import { assert, type ClockColumns, type Ledger, type StreamInfo } from '../../signal/index.ts'
import { stampBytes } from './encode-rows.ts'
import { valueBytes, xdfFormats } from './xdf-format.ts'

/** One XDF stream of the file. */
export class Track {
  readonly id: number
  samples = 0
  firstTime = 0
  lastTime = 0
  /** When its last clock offset was written. */
  offsetTime = Number.NEGATIVE_INFINITY

  constructor(id: number) {
    this.id = id
  }

  took(samples: number, first: number, last: number): void {
    if (this.samples === 0) this.firstTime = first
    this.lastTime = last
    this.samples += samples
  }
}

/** A numeric stream: its own XDF stream, the companion, and the account of its samples. */
export class SignalTrack {
  readonly columns: ClockColumns
  readonly channels: number
  readonly signal: Track
  readonly clock: Track
  readonly signalRowBytes: number
  readonly clockRowBytes: number
  readonly rowBytes: number
  /** Its rows bear the device's own stamps, for which clock offsets are measured. */
  readonly isStamped: boolean
  began = false
  nextSample = 0
  /** All before it was handed to the sink, or is known to be lost. */
  flushedUpTo = 0
  readonly #periodSeconds: number
  #lost = 0
  /** Index of the last sample received, and its time on the recorder's clock. */
  #lastSample = 0
  #lastTime = 0

  constructor(
    info: StreamInfo,
    columns: ClockColumns,
    isStamped: boolean,
    signal: Track,
    clock: Track,
  ) {
    assert(info.sampleFormat !== 'json', 'only numeric streams have rows')
    this.columns = columns
    this.isStamped = isStamped
    // Its offsets are measured by others: there is nothing for the writer to say every 5 s.
    if (isStamped) signal.offsetTime = clock.offsetTime = Number.POSITIVE_INFINITY
    this.channels = info.channels.length
    this.signal = signal
    this.clock = clock
    this.signalRowBytes = stampBytes + this.channels * valueBytes[xdfFormats[info.sampleFormat]]
    const values = 2 + (columns.deviceTime ? 1 : 0) + (columns.sequence ? 1 : 0)
    this.clockRowBytes = stampBytes + 8 * values
    this.rowBytes = this.signalRowBytes + this.clockRowBytes
    this.#periodSeconds = info.nominalRateHz > 0 ? 1 / info.nominalRateHz : 0
  }

  beginAt(sample: number): void {
    this.began = true
    this.nextSample = this.flushedUpTo = sample
  }

  took(sample: number, rows: number, lastTime: number): void {
    if (!this.began) this.beginAt(sample)
    this.#lastTime = lastTime
    this.nextSample = sample + rows
    this.#lastSample = this.nextSample - 1
  }

  lose(samples: number): void {
    this.#lost += samples
    this.nextSample += samples
  }

  /** When the next sample is due; null before the first. */
  timeOfNext(): number | null {
    if (this.signal.samples === 0) return null
    return this.#lastTime + (this.nextSample - this.#lastSample) * this.#periodSeconds
  }

  get ledger(): Ledger {
    const received = this.signal.samples
    return { expected: received + this.#lost, received, lost: this.#lost }
  }
}
