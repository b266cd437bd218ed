/** From the rings into the recorder: what the record thread does in every round. */
import { maxChunkFrames } from '../formats/index.ts'
import { type ReadResult, RingReader } from '../ring/index.ts'
import { type ChunkBuffer, newChunkBuffer, type StreamId } from '../signal/index.ts'
import type { Recorder } from '../sinks/index.ts'
import type { RecordedSource } from './messages.ts'

/**
 * What is handed to the recorder at a time, at most: so little that it takes all of it or nothing.
 */
const mostBytes = 1 << 20
/** Of times and counters, beside the values. */
const frameOverheadBytes = 64

interface Source {
  readonly id: StreamId
  readonly name: string
  readonly nominalRateHz: number
  readonly reader: RingReader
  readonly chunk: ChunkBuffer
  /** What was read last, and is not in the file yet; `empty` when it is. */
  waiting: ReadResult
}

export class RingDrain {
  readonly #recorder: Recorder
  readonly #sources: Source[] = []

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  add({ info, ring, clockOffset }: RecordedSource, from: 'oldest' | 'now'): void {
    const { format, channels, deviceTime, sequence } = ring.shape
    const frames = Math.floor(mostBytes / (channels * 8 + frameOverheadBytes))
    const maxFrames = Math.max(1, Math.min(maxChunkFrames, frames))
    this.#recorder.addStream(info, { deviceTime, sequence }, clockOffset)
    this.#sources.push({
      id: info.id,
      name: info.name,
      nominalRateHz: info.nominalRateHz,
      reader: new RingReader(ring, from),
      chunk: newChunkBuffer({ format, channels, maxFrames, deviceTime, sequence }),
      waiting: 'empty',
    })
  }

  /** Takes all that the rings hold, as long as the disk takes it. @returns whether there was any */
  drain(): boolean {
    const recorder = this.#recorder
    let isAny = false
    for (const source of this.#sources) {
      while (recorder.takes && isOneMore(source)) {
        handOver(recorder, source)
        isAny = true
      }
    }
    return isAny
  }

  /**
   * After the last draining: samples that a disk which takes nothing has left in the rings. Empty
   * where it took all that there was.
   */
  leftBehind(): string {
    if (this.#recorder.takes) return ''
    return this.#sources
      .map(({ name, nominalRateHz, reader, chunk, waiting }) => {
        const samples = reader.behind + (waiting === 'chunk' ? chunk.frames : 0)
        const seconds = nominalRateHz > 0 ? ` (${(samples / nominalRateHz).toFixed(1)} s)` : ''
        return samples > 0 ? `${samples} of ${name}${seconds}` : ''
      })
      .filter((told) => told !== '')
      .join(', ')
  }
}

function isOneMore(source: Source): boolean {
  if (source.waiting === 'empty') source.waiting = source.reader.read(source.chunk)
  return source.waiting !== 'empty'
}

/** What the disk refuses is kept, and handed over first when it takes something again. */
function handOver(recorder: Recorder, source: Source): void {
  if (source.waiting === 'chunk') recorder.write(source.id, source.chunk)
  else recorder.gap(source.id, source.reader.gap)
  if (recorder.takes) source.waiting = 'empty'
}
