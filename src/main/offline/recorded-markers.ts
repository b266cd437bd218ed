/** The markers of a recording as the streams that a graph reads of them, in the order of their times. */
import type { RecordedMarker } from '../../formats/index.ts'
import { type GraphSpec, MarkerFrames, markerSource } from '../../graph/index.ts'
import type { Chunk, ChunkBuffer } from '../../signal/index.ts'

export class RecordedMarkers {
  readonly #sources: readonly { readonly name: string; readonly frames: MarkerFrames }[]
  readonly #markers: readonly RecordedMarker[]
  /** Of the next marker, and of the next source that may take it. */
  #marker = 0
  #source = 0

  /** @param chunkOf room for one frame of a source, where nodes can work on it */
  constructor(
    spec: GraphSpec,
    markers: readonly RecordedMarker[],
    chunkOf: (source: string) => ChunkBuffer,
  ) {
    this.#sources = Object.entries(spec.sources).flatMap(([name, source]) => {
      const settings = markerSource(source)
      return settings ? [{ name, frames: new MarkerFrames(settings, chunkOf(name)) }] : []
    })
    this.#markers = this.#sources.length > 0 ? markers : []
    this.#find()
  }

  /** Infinity behind the last one. */
  get nextTime(): number {
    return this.#markers[this.#marker]?.time ?? Number.POSITIVE_INFINITY
  }

  /** There must be one. @returns the source's name, and a chunk that is lent until the next call */
  take(): { readonly source: string; readonly chunk: Chunk } {
    const { name, frames } = this.#sources[this.#source]!
    const marker = this.#markers[this.#marker]!
    frames.fill(marker, marker.time)
    this.#source++
    this.#find()
    return { source: name, chunk: frames.chunk }
  }

  /** On to the next marker that a source takes. */
  #find(): void {
    for (; this.#marker < this.#markers.length; this.#marker++, this.#source = 0) {
      const marker = this.#markers[this.#marker]!
      for (; this.#source < this.#sources.length; this.#source++) {
        if (this.#sources[this.#source]!.frames.takes(marker)) return
      }
    }
  }
}

/** Frames of a chunk from `from` on, `most` of them at most, that come before a marker of this time. */
export function framesBefore(time: number, chunk: Chunk, from: number, most: number): number {
  if (chunk.time[from + most - 1]! < time) return most
  let frames = 1
  while (frames < most && chunk.time[from + frames]! < time) frames++
  return frames
}
