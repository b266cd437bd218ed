/**
 * Where the frames of a stream stand in its files, as plain data that is kept with the overview:
 * whoever has it reads any of them without opening the recording again.
 */
import type { NumericFormat, Samples } from '../../signal/index.ts'
import { headerLength, readEdfHeader } from '../edf/header.ts'
import { rateGroups } from '../edf/rate-groups.ts'
import type { ByteSource } from '../io.ts'
import { ProblemLog } from '../problems.ts'
import { RawFrames, type RawLayout } from '../raw-frames.ts'
import type { RecordedStream, RecordingFormat } from '../recording.ts'
import type { XdfNumericFormat } from '../xdf/xdf-format.ts'
import type { FramePieces } from './frame-pieces.ts'
import { RecordFrames, type RecordLayout } from './record-frames.ts'
import { RowFrames } from './row-frames.ts'

export type StoredFrames =
  /** EDF and BDF: records of the same length. */
  | ({ readonly kind: 'records' } & RecordLayout)
  /** XDF: rows, in chunks whose places were noted. */
  | { readonly kind: 'rows'; readonly format: XdfNumericFormat }
  /** Everything else: a copy of the samples, beside the overview. */
  | { readonly kind: 'copy' }

export interface FrameSource {
  /**
   * @param into frame by frame, as many values as the stream has channels
   * @returns frames that are there, fewer where the file has become shorter
   */
  read(firstFrame: number, frames: number, into: Samples): Promise<number>
}

/** By stream id: what the header says of it. Of the others the first chunk tells. */
export async function storedFrames(
  format: RecordingFormat,
  source: ByteSource,
): Promise<Map<string, StoredFrames>> {
  const stored = new Map<string, StoredFrames>()
  if (/^[eb]df/.test(format)) {
    const problems = new ProblemLog()
    const length = headerLength(await source.read(0, 256))
    const header = readEdfHeader(await source.read(0, length), '', problems)
    const { headerBytes, recordBytes, sampleBytes } = header
    for (const { info, samplesPerRecord, signals } of rateGroups(header, [], problems)) {
      const offsets = signals.map(({ offset }) => offset)
      const layout = { headerBytes, recordBytes, sampleBytes, samplesPerRecord, offsets }
      stored.set(info.id, { kind: 'records', ...layout })
    }
  }
  return stored
}

/** Whether frames can be read before the whole file was gone through. */
export function isReadyAtOnce({ kind }: StoredFrames): boolean {
  return kind === 'records'
}

export interface FrameFiles {
  /** Of the recording, in their order. */
  readonly sources: readonly ByteSource[]
  readonly pieces: FramePieces
  /** The copy; null where there is none. */
  readonly copy: ByteSource | null
}

export function frameSource(
  stored: StoredFrames,
  { info, samples }: RecordedStream,
  { sources, pieces, copy }: FrameFiles,
): FrameSource {
  const channels = info.channels.length
  switch (stored.kind) {
    case 'records':
      return new RecordFrames(sources[0]!, stored)
    case 'rows':
      return new RowFrames(sources, pieces, stored.format, channels)
    case 'copy':
      return new CopiedFrames(copy!, {
        type: info.sampleFormat as NumericFormat,
        littleEndian: true,
        order: 'frames',
        channels,
        frames: samples,
        offset: 0,
      })
  }
}

class CopiedFrames implements FrameSource {
  readonly #frames: RawFrames

  constructor(copy: ByteSource, layout: RawLayout) {
    this.#frames = new RawFrames(copy, layout)
  }

  async read(firstFrame: number, frames: number, into: Samples): Promise<number> {
    const { buffer, maxFrames, layout } = this.#frames
    for (let done = 0; done < frames; done += maxFrames) {
      const count = Math.min(maxFrames, frames - done)
      if (!(await this.#frames.read(firstFrame + done, count))) return done
      into.set(buffer.data.subarray(0, count * layout.channels), done * layout.channels)
    }
    return frames
  }
}
