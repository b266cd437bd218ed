/**
 * From the samples of an inlet to chunks. LSL numbers no samples: what is missing shows as a jump
 * of the stamps, and how much it is, only they can tell.
 */
import {
  type ChunkBuffer,
  type DeviceOutput,
  type GapReason,
  type LslInlet,
  type LslStream,
  type NumericFormat,
  newChunkBuffer,
  type StreamInfo,
} from '../../signal/index.ts'

/**
 * Where the frames of an inlet go: into chunks, or one by one into markers. What was pulled is held
 * until its time is known.
 */
export interface LslSink {
  readonly held: number
  /** Of the frames that are held. */
  readonly stamps: Float64Array
  /** Pulls, unless something is held. @returns whether there may be more */
  pull(inlet: LslInlet): boolean
  release(frames: number, offsetSeconds: number, now: number): void
  broken(reason: GapReason): void
  paused(): void
}

/** Room for what comes in a tick of a host that is not busy, within this memory. */
const mostFrames = 1024
const mostBytes = 1 << 20
/** After an interruption, a jump by more than so many periods is a loss. */
const looseAfterBreak = 1.5

export class LslFrames implements LslSink {
  readonly stamps: Float64Array
  readonly #chunk: ChunkBuffer
  readonly #info: StreamInfo
  readonly #out: DeviceOutput
  readonly #gapSeconds: number
  readonly #period: number
  #nextSample = 0
  /** Of the latest sample, on the host's clock; NaN before the first and after a pause. */
  #lastTime = Number.NaN
  #breakReason: GapReason | null = null
  /** Frames at the begin of the chunk that were pulled and are not out. */
  #held = 0
  readonly #isWide: boolean
  #inexact = 0

  constructor(stream: LslStream, info: StreamInfo, out: DeviceOutput, gapSeconds: number) {
    this.#info = info
    this.#out = out
    this.#gapSeconds = gapSeconds
    this.#isWide = stream.format === 'int64'
    this.#period = info.nominalRateHz > 0 ? 1 / info.nominalRateHz : 0
    const channels = info.channels.length
    this.#chunk = newChunkBuffer({
      format: info.sampleFormat as NumericFormat,
      channels,
      maxFrames: Math.max(1, Math.min(mostFrames, Math.floor(mostBytes / (channels * 8)))),
      deviceTime: true,
    })
    this.stamps = this.#chunk.deviceTime!
  }

  get held(): number {
    return this.#held
  }

  /** Pulls, unless something waits still. @returns whether there may be more */
  pull(inlet: LslInlet): boolean {
    if (this.#held > 0) return false
    this.#held = inlet.pull(this.#chunk.data, this.stamps)
    return this.#held === this.stamps.length
  }

  /** Samples were lost for this reason, if the stamps say so. */
  broken(reason: GapReason): void {
    this.#breakReason = reason
  }

  /** Nobody counts what was sent during a pause. */
  paused(): void {
    this.#held = 0
    this.#lastTime = Number.NaN
    this.#breakReason = null
  }

  /** Lets the first frames out that were pulled. */
  release(frames: number, offsetSeconds: number, now: number): void {
    let left = frames
    while (left > 0) {
      const run = this.#untilGap(left, offsetSeconds)
      if (run === 0) this.#gap(offsetSeconds)
      else {
        this.#emit(run, offsetSeconds, now)
        left -= run
      }
    }
  }

  /** How many frames follow each other; 0 where the very first does not follow the latest. */
  #untilGap(frames: number, offsetSeconds: number): number {
    const period = this.#period
    if (period === 0) return frames
    const { stamps } = this
    const loose = this.#breakReason ? looseAfterBreak * period : period + this.#gapSeconds
    // The first one may come after an interruption, the others cannot.
    if (stamps[0]! + offsetSeconds - this.#lastTime > loose) return 0
    for (let f = 1; f < frames; f++) {
      if (stamps[f]! - stamps[f - 1]! > period + this.#gapSeconds) return f
    }
    return frames
  }

  #gap(offsetSeconds: number): void {
    const time = this.stamps[0]! + offsetSeconds
    const lostSamples = Math.max(1, Math.round((time - this.#lastTime) / this.#period) - 1)
    const reason = this.#breakReason ?? 'lost'
    this.#out.gap(this.#info.id, {
      atSample: this.#nextSample,
      lostSamples,
      exact: false,
      reason,
    })
    this.#nextSample += lostSamples
    this.#lastTime = time - this.#period
    this.#breakReason = null
  }

  #emit(frames: number, offsetSeconds: number, now: number): void {
    const chunk = this.#chunk
    const { stamps } = this
    this.#lastTime = stamps[frames - 1]! + offsetSeconds
    this.#breakReason = null
    if (this.#isWide) this.#countInexact(frames * chunk.stride)
    chunk.firstSample = this.#nextSample
    chunk.frames = frames
    for (let f = 0; f < frames; f++) chunk.hostTime[f] = now
    this.#out.chunk(this.#info.id, chunk)
    this.#nextSample += frames
    chunk.data.copyWithin(0, frames * chunk.stride, this.#held * chunk.stride)
    stamps.copyWithin(0, frames, this.#held)
    this.#held -= frames
  }

  /** Integers beyond 2^53 are rounded: said, not hidden. */
  #countInexact(values: number): void {
    const { data } = this.#chunk
    let inexact = 0
    for (let i = 0; i < values; i++) if (!Number.isSafeInteger(data[i])) inexact++
    if (inexact === 0) return
    this.#inexact += inexact
    this.#out.fact({ name: 'integers beyond 2^53', value: this.#inexact })
  }
}
