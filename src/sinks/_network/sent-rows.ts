/** What every outlet over the network does with a chunk: physical values, a few rows at a time. */
import type { Chunk, StreamInfo } from '../../signal/index.ts'
import { physicalValues } from '../_values/physical.ts'

export interface SentRows {
  /** Frame-major, channels side by side; lent. */
  readonly values: Float64Array
  readonly times: Float64Array
  readonly firstSample: number
  readonly frames: number
}

export class RowCutter {
  readonly info: StreamInfo
  readonly #scales: Float64Array
  readonly #offsets: Float64Array
  readonly #mostFrames: number
  readonly #rows: { -readonly [K in keyof SentRows]: SentRows[K] }

  /** @param mostFrames that one message has room for */
  constructor(info: StreamInfo, mostFrames: number) {
    this.info = info
    this.#scales = Float64Array.from(info.channels, ({ scale }) => scale)
    this.#offsets = Float64Array.from(info.channels, ({ offset }) => offset)
    this.#mostFrames = Math.max(1, Math.floor(mostFrames))
    this.#rows = {
      values: new Float64Array(this.#mostFrames * info.channels.length),
      times: new Float64Array(this.#mostFrames),
      firstSample: 0,
      frames: 0,
    }
  }

  cut(chunk: Chunk, send: (rows: SentRows) => void): void {
    const rows = this.#rows
    const { stride, time, firstSample } = chunk
    for (let from = 0; from < chunk.frames; from += this.#mostFrames) {
      rows.frames = Math.min(this.#mostFrames, chunk.frames - from)
      rows.firstSample = firstSample + from
      const data = from === 0 ? chunk.data : chunk.data.subarray(from * stride)
      physicalValues(data, stride, rows.frames, this.#scales, this.#offsets, rows.values)
      for (let f = 0; f < rows.frames; f++) rows.times[f] = time[from + f]!
      send(rows)
    }
  }
}

/** A message that does not wait for others in the network's own packets. */
export const comfortableBytes = 1200
/** A value in JSON. */
export const valueCharacters = 14
