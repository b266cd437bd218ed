/** The frames of one stream on their way into chunks: indices, gaps, and the room to fill. */
import {
  type ChunkBuffer,
  type ClockColumns,
  type DeviceOutput,
  type GapReason,
  type NumericFormat,
  newChunkBuffer,
  type Samples,
  type StreamInfo,
} from '../../signal/index.ts'

const maxFrames = 128

export class StreamWriter {
  /** Where `frame` says that the next frame is to be put. */
  readonly data: Samples
  readonly info: StreamInfo
  readonly #out: DeviceOutput
  readonly #chunk: ChunkBuffer
  readonly #channels: number
  #next = 0

  constructor(out: DeviceOutput, info: StreamInfo, carries: ClockColumns) {
    this.info = info
    this.#out = out
    this.#channels = info.channels.length
    const format = info.sampleFormat as NumericFormat
    this.#chunk = newChunkBuffer({ format, channels: this.#channels, maxFrames, ...carries })
    this.data = this.#chunk.data
  }

  /** @returns where in `data` the channels of this frame go */
  frame(hostTime: number, sequence = Number.NaN, deviceTime = Number.NaN): number {
    const chunk = this.#chunk
    if (chunk.frames === maxFrames) this.flush()
    const f = chunk.frames++
    if (f === 0) chunk.firstSample = this.#next
    this.#next++
    chunk.hostTime[f] = hostTime
    if (chunk.sequence) chunk.sequence[f] = sequence
    if (chunk.deviceTime) chunk.deviceTime[f] = deviceTime
    return f * this.#channels
  }

  /** What was collected before the gap leaves first. */
  lost(samples: number, exact: boolean, reason: GapReason): void {
    this.flush()
    const gap = { atSample: this.#next, lostSamples: samples, exact, reason }
    this.#next += samples
    this.#out.gap(this.info.id, gap)
  }

  flush(): void {
    if (this.#chunk.frames) this.#out.chunk(this.info.id, this.#chunk)
    this.#chunk.frames = 0
  }
}
