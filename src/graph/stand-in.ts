/**
 * What takes the place of frames that a node did not see, on one of its outputs: a gap, a default
 * value, or the input itself. It knows how far its output has come, so that every index leaves it
 * once, whether the node gave it or not.
 */
import { type Chunk, type ChunkBuffer, type Emit, type Gap, strideFor } from '../signal/index.ts'
import { chunkOver, copyFrames, copyTimes } from './copy-frames.ts'
import type { LentMemory } from './memory.ts'

/** Before the first frame nothing is missing. */
const nothingYet = -1

export class StandIn {
  /** `next` is the index that has to come next. */
  readonly state = { next: nothingYet }
  readonly #port: string
  readonly #emit: Emit
  readonly #buffer: ChunkBuffer
  readonly #gap = { atSample: 0, lostSamples: 0, exact: true, reason: 'dropped' as Gap['reason'] }

  /** @param emit delivers to whom the output feeds */
  constructor(port: string, channels: number, maxFrames: number, memory: LentMemory, emit: Emit) {
    this.#port = port
    this.#emit = emit
    const stride = strideFor(channels)
    this.#buffer = chunkOver(memory.float32(stride * maxFrames), stride, maxFrames)
  }

  /** What the node gives, or what is given for it; frames that the output has had are left out. */
  chunk(chunk: Chunk): void {
    const { state } = this
    const end = chunk.firstSample + chunk.frames
    const known = state.next < 0 ? 0 : Math.max(0, state.next - chunk.firstSample)
    if (known >= chunk.frames) return
    state.next = end
    if (known > 0) copyFrames(chunk, known, chunk.frames, this.#buffer)
    this.#emit.chunk(this.#port, known === 0 ? chunk : this.#buffer)
  }

  /** What the output has had is not missing. */
  gap(gap: Gap): void {
    const { state } = this
    const end = gap.atSample + gap.lostSamples
    const from = Math.max(state.next, gap.atSample)
    if (end <= from) return
    state.next = end
    if (from === gap.atSample) this.#emit.gap(this.#port, gap)
    else this.#tell(from, end - from, gap.reason)
  }

  /** A gap in the place of the chunk. */
  drop(chunk: Chunk): void {
    this.#bridge(chunk)
    const from = Math.max(this.state.next, chunk.firstSample)
    const end = chunk.firstSample + chunk.frames
    if (end <= from) return
    this.state.next = end
    this.#tell(from, end - from, 'dropped')
  }

  /** The chunk itself, as it came. */
  pass(chunk: Chunk): void {
    this.#bridge(chunk)
    this.chunk(chunk)
  }

  /** `value` in every channel in the place of the chunk. */
  fill(chunk: Chunk, value: number): void {
    this.#bridge(chunk)
    const known = Math.max(0, this.state.next - chunk.firstSample)
    if (this.state.next >= 0 && known >= chunk.frames) return
    this.state.next = chunk.firstSample + chunk.frames
    copyTimes(chunk, known, chunk.frames, this.#buffer)
    this.#buffer.data.fill(value, 0, this.#buffer.frames * this.#buffer.stride)
    this.#emit.chunk(this.#port, this.#buffer)
  }

  /** What the node was still to give of the frames before this chunk is missing. */
  #bridge({ firstSample }: Chunk): void {
    const { next } = this.state
    if (next >= 0 && next < firstSample) {
      this.state.next = firstSample
      this.#tell(next, firstSample - next, 'dropped')
    }
  }

  #tell(atSample: number, lostSamples: number, reason: Gap['reason']): void {
    this.#gap.atSample = atSample
    this.#gap.lostSamples = lostSamples
    this.#gap.reason = reason
    this.#emit.gap(this.#port, this.#gap)
  }
}
