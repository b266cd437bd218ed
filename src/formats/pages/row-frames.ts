/** Any frames of an XDF stream, by the places of its chunks. */
import type { Samples } from '../../signal/index.ts'
import { ByteWindow, viewOf } from '../byte-window.ts'
import type { ByteSource } from '../io.ts'
import { maxChunkFrames } from '../recording.ts'
import { decodeRows, RowWalk, walkRows } from '../xdf/decode-rows.ts'
import { stampBytes } from '../xdf/encode-rows.ts'
import { valueBytes, type XdfNumericFormat } from '../xdf/xdf-format.ts'
import type { FramePieces } from './frame-pieces.ts'

/** So many blocks of a megabyte are kept of every file. */
const blocks = 24

export class RowFrames {
  readonly #windows: readonly ByteWindow[]
  readonly #pieces: FramePieces
  readonly #format: XdfNumericFormat
  readonly #rowBytes: number
  readonly #channels: number
  readonly #walk = new RowWalk(2 * maxChunkFrames)

  constructor(
    sources: readonly ByteSource[],
    pieces: FramePieces,
    format: XdfNumericFormat,
    channels: number,
  ) {
    this.#windows = sources.map((source) => new ByteWindow(source, 1 << 20, blocks))
    this.#pieces = pieces
    this.#format = format
    this.#rowBytes = channels * valueBytes[format]
    this.#channels = channels
  }

  async read(firstFrame: number, frames: number, into: Samples): Promise<number> {
    const pieces = this.#pieces
    let piece = pieces.pieceOf(firstFrame)
    for (let done = 0; done < frames; piece++) {
      if (piece >= pieces.count) return done
      const from = firstFrame + done - pieces.firstFrame(piece)
      const until = Math.min(firstFrame + frames, pieces.firstFrame(piece + 1))
      const count = await this.#piece(piece, from, until - firstFrame - done, into, done)
      if (count === 0) return done
      done += count
    }
    return frames
  }

  async #piece(
    piece: number,
    from: number,
    frames: number,
    into: Samples,
    done: number,
  ): Promise<number> {
    const { file, offset, skip } = this.#pieces.place(piece)
    const rows = skip + from + Math.min(frames, maxChunkFrames)
    const room = rows * (this.#rowBytes + stampBytes)
    const window = this.#windows[file]!
    const bytes = window.peek(offset, room) ?? (await window.load(offset, room))
    const walk = this.#walk
    walkRows(walk, viewOf(bytes), 0, bytes.length, rows, this.#rowBytes, 0)
    const found = walk.rows - skip - from
    if (found <= 0) return 0
    walk.offsets.copyWithin(0, skip + from, walk.rows)
    walk.rows = found
    decodeRows(this.#format, bytes, walk, this.#channels, into.subarray(done * this.#channels))
    return found
  }
}
