/** The samples of an EEGLAB file that stand within the .set itself, maybe packed: read in order. */
import { newChunkBuffer } from '../../signal/index.ts'
import { viewOf } from '../byte-window.ts'
import type { ByteSource } from '../io.ts'
import { decode } from '../raw-frames.ts'
import { maxChunkFrames } from '../recording.ts'
import type { FrameReader } from '../sample-runs.ts'
import type { MatPiece } from './mat-file.ts'
import { MatStream } from './mat-stream.ts'

export interface InnerSamples {
  readonly piece: MatPiece
  readonly position: number
  readonly type: 'int16' | 'float32' | 'float64'
  readonly littleEndian: boolean
  readonly channels: number
}

const sizes = { int16: 2, float32: 4, float64: 8 } as const
const chunkBytes = 1 << 22

export function innerFrames(source: ByteSource, of: InnerSamples): FrameReader {
  const { piece, position, type, littleEndian, channels } = of
  const most = Math.floor(chunkBytes / (8 * Math.max(1, channels)))
  const maxFrames = Math.max(1, Math.min(maxChunkFrames, most))
  const buffer = newChunkBuffer({ format: type, channels, maxFrames })
  const stream = new MatStream(source, piece.from, piece.to, piece.isPacked)
  const frameBytes = channels * sizes[type]
  return {
    buffer,
    maxFrames,
    // Asked in the order of the file, from its first frame on.
    read: async (first, frames) => {
      await stream.skip(position + first * frameBytes - stream.position)
      const bytes = await stream.take(frames * frameBytes)
      if (bytes.length < frames * frameBytes) return false
      decode(viewOf(bytes), type, littleEndian, frames * channels, buffer.data, 0, 1)
      return true
    },
  }
}
