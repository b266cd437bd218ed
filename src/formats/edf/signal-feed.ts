/**
 * One stream on its way into records: samples go to their place in the record that is being filled,
 * what is missing is held. Whole records wait, as bytes, until the other streams have theirs.
 */
import type { Chunk } from '../../signal/index.ts'
import type { ChannelCoder } from './channel-coder.ts'
import type { EdfMember } from './edf-groups.ts'
import { PlanCursor, type RecordPlan } from './record-plan.ts'

const framesAtOnce = 32

export class SignalFeed {
  readonly samplesPerRecord: number
  readonly coders: readonly ChannelCoder[]
  /** Samples that were held because there was none. */
  heldSamples = 0
  readonly #member: EdfMember
  readonly #sampleBytes: 2 | 3
  readonly #cursor: PlanCursor
  /** Channel after channel, `samplesPerRecord` each. */
  readonly #digital: Int32Array
  readonly #ready: Uint8Array[] = []
  readonly #spare: Uint8Array[] = []
  /** Samples of the current record that are filled. */
  #filled = 0

  constructor(
    member: EdfMember,
    plan: RecordPlan,
    coders: readonly ChannelCoder[],
    sampleBytes: 2 | 3,
  ) {
    this.samplesPerRecord = member.samplesPerTick * plan.ticksPerRecord
    this.coders = coders
    this.#member = member
    this.#sampleBytes = sampleBytes
    this.#cursor = new PlanCursor(plan)
    this.#digital = new Int32Array(this.samplesPerRecord * coders.length)
  }

  take(chunk: Chunk): void {
    const { stream, position } = this.#member
    let at = chunk.firstSample - stream.runs[0]!.firstSample + position
    for (let from = 0; from < chunk.frames && !this.#cursor.isOver; ) {
      const inRecord = at - this.#cursor.tick * this.#member.samplesPerTick
      if (inRecord >= this.samplesPerRecord) {
        this.#complete()
        continue
      }
      this.#hold(inRecord)
      const frames = Math.min(chunk.frames - from, this.samplesPerRecord - inRecord)
      this.#encode(chunk, from, inRecord, frames)
      this.#filled = inRecord + frames
      from += frames
      at += frames
      if (this.#filled === this.samplesPerRecord) this.#complete()
    }
  }

  /** A few frames of every channel, then the next few: what is read stays in the cache. */
  #encode({ data, stride }: Chunk, from: number, inRecord: number, frames: number): void {
    const { coders, samplesPerRecord } = this
    for (let done = 0; done < frames; done += framesAtOnce) {
      const count = Math.min(framesAtOnce, frames - done)
      const first = (from + done) * stride
      for (let channel = 0; channel < coders.length; channel++) {
        const to = channel * samplesPerRecord + inRecord + done
        coders[channel]!.encode(data, first + channel, stride, count, this.#digital, to)
      }
    }
  }

  /** Nothing more comes: what is left of the plan is held. */
  finish(): void {
    while (!this.#cursor.isOver) this.#complete()
  }

  /** Fills the record up to a sample. */
  #hold(upTo: number): void {
    if (upTo <= this.#filled) return
    this.heldSamples += upTo - this.#filled
    for (const [channel, { held }] of this.coders.entries()) {
      const base = channel * this.samplesPerRecord
      this.#digital.fill(held, base + this.#filled, base + upTo)
    }
    this.#filled = upTo
  }

  #complete(): void {
    this.#hold(this.samplesPerRecord)
    const bytes = this.#spare.pop() ?? new Uint8Array(this.#digital.length * this.#sampleBytes)
    if (this.#sampleBytes === 3) putInt24(this.#digital, bytes)
    else new Int16Array(bytes.buffer).set(this.#digital)
    this.#ready.push(bytes)
    this.#filled = 0
    this.#cursor.next()
  }

  get hasRecord(): boolean {
    return this.#ready.length > 0
  }

  /** Lent until `giveBack`. */
  takeRecord(): Uint8Array {
    return this.#ready.shift()!
  }

  giveBack(bytes: Uint8Array): void {
    if (this.#spare.length < 4) this.#spare.push(bytes)
  }
}

function putInt24(values: Int32Array, out: Uint8Array): void {
  for (let i = 0, to = 0; i < values.length; i++, to += 3) {
    const value = values[i]!
    out[to] = value
    out[to + 1] = value >> 8
    out[to + 2] = value >> 16
  }
}
