/** Plain binary samples of one rate, frame by frame or channel by channel, as chunks. */
import { bytesPerSample, type ChunkBuffer, newChunkBuffer, type Samples } from '../signal/index.ts'
import { viewOf } from './byte-window.ts'
import type { ByteSource } from './io.ts'
import { maxChunkFrames } from './recording.ts'

export type StoredType = 'int16' | 'uint16' | 'int32' | 'float32' | 'float64'

export interface RawLayout {
  readonly type: StoredType
  readonly littleEndian: boolean
  /** `frames`: a frame's channels stand together. `channels`: all samples of a channel do. */
  readonly order: 'frames' | 'channels'
  readonly channels: number
  readonly frames: number
  /** Of the first value in the source. */
  readonly offset: number
}

export function storedBytes(type: StoredType): number {
  return type === 'uint16' ? 2 : bytesPerSample(type)
}

/** What chunks hold: unsigned 16 bits need the next wider one. */
export function formatOf(type: StoredType): 'int16' | 'int32' | 'float32' | 'float64' {
  return type === 'uint16' ? 'int32' : type
}

/** Bytes that a chunk takes at most. */
const chunkBytes = 1 << 22

export class RawFrames {
  readonly layout: RawLayout
  readonly buffer: ChunkBuffer
  readonly maxFrames: number
  readonly #source: ByteSource
  readonly #memory: Uint8Array

  constructor(source: ByteSource, layout: RawLayout) {
    const { channels, type } = layout
    const most = Math.floor(chunkBytes / (8 * Math.max(1, channels)))
    this.#source = source
    this.layout = layout
    this.maxFrames = Math.max(1, Math.min(maxChunkFrames, most))
    this.buffer = newChunkBuffer({ format: formatOf(type), channels, maxFrames: this.maxFrames })
    this.#memory = new Uint8Array(this.maxFrames * channels * storedBytes(type))
  }

  /**
   * Fills `buffer.data` with the frames from `first` on.
   * @returns false where the file has become shorter than it was when it was opened
   */
  async read(first: number, frames: number): Promise<boolean> {
    const { type, order, channels, offset, littleEndian } = this.layout
    const { data } = this.buffer
    const size = storedBytes(type)
    if (order === 'frames') {
      const count = frames * channels
      const from = offset + first * channels * size
      const bytes = await this.#source.read(from, count * size, this.#memory)
      if (bytes.length < count * size) return false
      decode(viewOf(bytes), type, littleEndian, count, data, 0, 1)
      return true
    }
    for (let channel = 0; channel < channels; channel++) {
      const from = offset + (channel * this.layout.frames + first) * size
      const bytes = await this.#source.read(from, frames * size, this.#memory)
      if (bytes.length < frames * size) return false
      decode(viewOf(bytes), type, littleEndian, frames, data, channel, channels)
    }
    return true
  }
}

/** `count` values of the view to `data[to]`, `data[to + step]` … */
export function decode(
  view: DataView,
  type: StoredType,
  littleEndian: boolean,
  count: number,
  data: Samples,
  to: number,
  step: number,
): void {
  let at = to
  switch (type) {
    case 'int16':
      for (let i = 0; i < count; i++, at += step) data[at] = view.getInt16(2 * i, littleEndian)
      break
    case 'uint16':
      for (let i = 0; i < count; i++, at += step) data[at] = view.getUint16(2 * i, littleEndian)
      break
    case 'int32':
      for (let i = 0; i < count; i++, at += step) data[at] = view.getInt32(4 * i, littleEndian)
      break
    case 'float32':
      for (let i = 0; i < count; i++, at += step) data[at] = view.getFloat32(4 * i, littleEndian)
      break
    case 'float64':
      for (let i = 0; i < count; i++, at += step) data[at] = view.getFloat64(8 * i, littleEndian)
  }
}
