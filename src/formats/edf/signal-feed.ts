/**
 * One stream on its way into records: samples go to their place in the record that is being filled,
 * what is missing is held. Whole records wait, as bytes, until the other streams have theirs.
 */
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
  readonly #cursor: PlanCursor
  /** Where it is the only stream of the file, its records wait for nothing: they are lent to this. */
  readonly #written: ((record: Uint8Array) => void) | null
  readonly #ready: Uint8Array[] = []
  readonly #spare: Uint8Array[] = []
  /** Samples of the current record that are filled. */
  #filled = 0

  /**
   * @param coders of records as long as the plan's
   * @param written is lent every record where no other stream is waited for; else they wait here
   */
  constructor(
    member: EdfMember,
    plan: RecordPlan,
    coders: ChannelCoders,
    written: ((record: Uint8Array) => void) | null,
  ) {
    this.#written = written
    this.samplesPerRecord = member.samplesPerTick * plan.ticksPerRecord
    this.coders = coders
    this.#member = member
    this.#cursor = new PlanCursor(plan)
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
      this.coders.encode(chunk, from, frames, inRecord)
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
    this.coders.hold(this.#filled, upTo)
    this.#filled = upTo
  }

  #complete(): void {
    this.#hold(this.samplesPerRecord)
    const { record } = this.coders
    if (this.#written) this.#written(record)
    else {
      const bytes = this.#spare.pop() ?? new Uint8Array(record.length)
      bytes.set(record)
      this.#ready.push(bytes)
    }
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
