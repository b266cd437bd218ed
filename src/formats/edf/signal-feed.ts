/**
 * One stream on its way into records: samples go to their place in the record that is being filled,
 * what is missing is held. Whole records wait, as bytes, until the other streams have theirs.
 */
import { packDigital } from '../../kernels/index.ts'
import type { Chunk } from '../../signal/index.ts'
import type { ChannelCoders } from './channel-coders.ts'
import type { EdfMember } from './edf-groups.ts'
import { PlanCursor, type RecordPlan } from './record-plan.ts'

export class SignalFeed {
  readonly samplesPerRecord: number
  readonly coders: ChannelCoders
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

  constructor(member: EdfMember, plan: RecordPlan, coders: ChannelCoders, sampleBytes: 2 | 3) {
    this.samplesPerRecord = member.samplesPerTick * plan.ticksPerRecord
    this.coders = coders
    this.#member = member
    this.#sampleBytes = sampleBytes
    this.#cursor = new PlanCursor(plan)
    this.#digital = new Int32Array(this.samplesPerRecord * coders.count)
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
      const { coders, samplesPerRecord } = this
      coders.encode(chunk, from, frames, this.#digital, inRecord, samplesPerRecord)
      this.#filled = inRecord + frames
      from += frames
      at += frames
      if (this.#filled === this.samplesPerRecord) this.#complete()
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
    for (let channel = 0; channel < this.coders.count; channel++) {
      const base = channel * this.samplesPerRecord
      this.#digital.fill(this.coders.held(channel), base + this.#filled, base + upTo)
    }
    this.#filled = upTo
  }

  #complete(): void {
    this.#hold(this.samplesPerRecord)
    const bytes = this.#spare.pop() ?? new Uint8Array(this.#digital.length * this.#sampleBytes)
    packDigital(this.#digital, this.#sampleBytes, bytes)
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
