/**
 * How far an output of a node has come, and what takes the place of frames that the node did not
 * give: a gap, a default value, or the input itself. Every index leaves the output once, in order,
 * whoever gave it; what nobody gave is told as a gap.
 */
import {
  type Chunk,
  type ChunkBuffer,
  type Emit,
  type Gap,
  type GapReason,
  type StreamInfo,
  strideFor,
} from '../signal/index.ts'
import { chunkOver, copyTimes } from './copy-frames.ts'
import type { LentMemory } from './memory.ts'

/** Before the first frame nothing is missing. */
const nothingYet = -1

/** How far an output had come. */
export interface FlowEnd {
  readonly next: number
  readonly lastTime: number
}

export class OutputFlow {
  readonly state = {
    /** The index that has to come next. */
    next: nothingYet,
    /** Of the last frame. */
    lastTime: Number.NEGATIVE_INFINITY,
    /** Added to the indices that the node gives. */
    base: 0,
    /** The node is another instance than that which gave the last frame. */
    isFresh: false,
    /** The graph was changed, and the node as it is now has given nothing yet. */
    isChanged: false,
  }
  readonly #port: string
  readonly #info: StreamInfo
  readonly #isAtInputRate: boolean
  readonly #emit: Pick<Emit, 'chunk' | 'gap'>
  /** For defaults; null where nothing can stand in. */
  #buffer: ChunkBuffer | null = null
  readonly #gap = { atSample: 0, lostSamples: 0, exact: true, reason: 'dropped' as GapReason }

  /**
   * @param input the node's first: an output of its rate has its indices
   * @param emit delivers to those whom the output feeds
   */
  constructor(
    port: string,
    info: StreamInfo,
    input: StreamInfo | undefined,
    emit: Pick<Emit, 'chunk' | 'gap'>,
  ) {
    this.#port = port
    this.#info = info
    this.#isAtInputRate = info.nominalRateHz > 0 && info.nominalRateHz === input?.nominalRateHz
    this.#emit = emit
  }

  /** Where indices are those of the input, something may stand in from here on. */
  prepareStandIn(maxFrames: number, memory: LentMemory): void {
    const { sampleFormat, channels } = this.#info
    if (!this.#isAtInputRate || sampleFormat !== 'float32') return
    const stride = strideFor(channels.length)
    this.#buffer = chunkOver(memory.float32(stride * maxFrames), stride, maxFrames)
  }

  get rateHz(): number {
    return this.#info.nominalRateHz
  }

  /** The same output of the node as it ran until now: its readers go on reading. */
  goOn(rateHz: number, { next, lastTime }: FlowEnd): void {
    if (rateHz !== this.#info.nominalRateHz || next < 0) return
    this.state.next = next
    this.state.lastTime = lastTime
    this.state.isChanged = true
    this.reopened()
  }

  reopened(): void {
    this.state.base = 0
    this.state.isFresh = true
  }

  /** What the node gives. */
  chunk(chunk: Chunk): void {
    const { state } = this
    if (state.isFresh) this.#settle(chunk)
    if (state.base === 0) {
      this.#give(chunk)
      return
    }
    const own = chunk as ChunkBuffer
    own.firstSample += state.base
    this.#give(own)
    own.firstSample -= state.base
  }

  /** One that loses nothing ends the stream, and goes on as it is. */
  gap({ atSample, lostSamples, exact, reason }: Gap): void {
    const from = atSample + this.state.base
    if (lostSamples === 0) this.#tell(from, 0, exact, reason)
    else this.#lose(from, lostSamples, exact, reason)
  }

  /** A gap in the place of the chunk. */
  drop(chunk: Chunk): void {
    if (!this.#buffer) return
    this.#bridge(chunk.firstSample)
    this.#lose(chunk.firstSample, chunk.frames, true, 'dropped')
  }

  /** A gap of the input that the node did not take. */
  passGap({ atSample, lostSamples, exact, reason }: Gap): void {
    if (this.#buffer) this.#lose(atSample, lostSamples, exact, reason)
  }

  /** The chunk itself, as it came. */
  pass(chunk: Chunk): void {
    if (this.#buffer) this.#give(chunk)
  }

  /** `value` in every channel in the place of the chunk. */
  fill(chunk: Chunk, value: number): void {
    const { state } = this
    const known = Math.max(0, state.next - chunk.firstSample)
    if (!this.#buffer || known >= chunk.frames) return
    copyTimes(chunk, known, chunk.frames, this.#buffer)
    this.#buffer.data.fill(value, 0, this.#buffer.frames * this.#buffer.stride)
    this.#give(this.#buffer)
  }

  /**
   * An instance that counts from its own begin, as events are counted, is numbered on; one that
   * gives an index of the input again is not.
   */
  #settle({ firstSample, time }: Chunk): void {
    const { state } = this
    state.isFresh = false
    const { nominalRateHz } = this.#info
    const isOwnCount = nominalRateHz === 0 || (!this.#isAtInputRate && firstSample === 0)
    const isLater = time[0]! > state.lastTime
    if (isOwnCount && isLater && firstSample < state.next) state.base = state.next
  }

  /** Frames that the output has had are left out. */
  #give(chunk: Chunk): void {
    const { state } = this
    const known = state.next < 0 ? 0 : Math.max(0, state.next - chunk.firstSample)
    if (known >= chunk.frames) return
    this.#bridge(chunk.firstSample)
    state.isChanged = false
    state.next = chunk.firstSample + chunk.frames
    state.lastTime = chunk.time[chunk.frames - 1]!
    this.#emit.chunk(this.#port, known === 0 ? chunk : without(chunk, known))
  }

  #lose(atSample: number, lostSamples: number, exact: boolean, reason: GapReason): void {
    const { state } = this
    const from = Math.max(state.next, atSample)
    const end = atSample + lostSamples
    if (end <= from) return
    state.next = end
    this.#tell(from, end - from, exact, reason)
  }

  /** What the node was still to give of the frames before this one is missing. */
  #bridge(sample: number): void {
    const { next, isChanged } = this.state
    if (next < 0 || next >= sample) return
    this.#lose(next, sample - next, true, isChanged ? 'settings' : 'dropped')
  }

  #tell(atSample: number, lostSamples: number, exact: boolean, reason: GapReason): void {
    this.#gap.atSample = atSample
    this.#gap.lostSamples = lostSamples
    this.#gap.exact = exact
    this.#gap.reason = reason
    this.#emit.gap(this.#port, this.#gap)
  }
}

/** Happens only where a node gives again what was given for it: garbage is allowed. */
function without(chunk: Chunk, known: number): Chunk {
  return {
    ...chunk,
    firstSample: chunk.firstSample + known,
    frames: chunk.frames - known,
    data: chunk.data.subarray(known * chunk.stride),
    time: chunk.time.subarray(known),
    hostTime: chunk.hostTime.subarray(known),
  }
}
