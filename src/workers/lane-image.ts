/**
 * Where a lane's snapshots lie: in memory that its host shares, two of them taken in turns, so that
 * one is whole at any moment, also at that in which the thread dies.
 */
import {
  type GraphSnapshot,
  type ImageLayout,
  layImage,
  StateImage,
  sameLayout,
} from '../graph/index.ts'
import { KeptImage, newKept, type SharedKept } from './kept-image.ts'

export interface SharedImage {
  readonly buffer: SharedArrayBuffer
  readonly layout: ImageLayout
  /** What is read, in the order of their positions: sources, queues, answers. */
  readonly readers: readonly string[]
  /** Where nodes keep something by key. */
  readonly kept: SharedKept | null
}

/** Of one snapshot. */
export interface SnapshotMark {
  /** Counted up in step by all lanes of a graph; 0 is that taken at the opening. */
  readonly number: number
  /** All lanes of the graph took it at the same samples. */
  readonly isAligned: boolean
  /** Index of the next sample of every reader, by `SharedImage.readers`. */
  readonly positions: Float64Array
}

/** One that was whole when it had been read. */
export interface ReadSnapshot {
  readonly mark: SnapshotMark
  readonly states: GraphSnapshot
  /** What nodes keep by key and was not written yet. */
  readonly kept: Uint8Array
}

const nothing = new Uint8Array(0)
const headerBytes = 64
/** In place of the number, which nobody knows yet. */
const stopAsked = -1
/** Float64 slots before a snapshot's positions. */
const markFields = 2

/** @param keeps nodes keep something by key */
export function newImage(
  states: GraphSnapshot,
  readers: readonly string[],
  keeps: boolean,
): SharedImage {
  const layout = layImage(states)
  const buffer = new SharedArrayBuffer(headerBytes + 2 * slotBytes(layout, readers))
  return { buffer, layout, readers, kept: keeps ? newKept() : null }
}

export function fits(
  image: SharedImage,
  states: GraphSnapshot,
  readers: readonly string[],
  keeps: boolean,
) {
  return (
    (image.kept !== null) === keeps &&
    JSON.stringify(image.readers) === JSON.stringify(readers) &&
    sameLayout(image.layout, layImage(states))
  )
}

function slotBytes(layout: ImageLayout, readers: readonly string[]): number {
  return (markFields + readers.length) * 8 + layout.bytes
}

export class LaneImage {
  readonly shared: SharedImage
  readonly kept: KeptImage | null
  /** Snapshots taken so far; the last one lies at its lowest bit. */
  readonly #taken: Int32Array
  readonly #slots: readonly { readonly mark: Float64Array; readonly states: StateImage }[]

  constructor(shared: SharedImage) {
    this.shared = shared
    const { buffer, layout, readers, kept } = shared
    this.kept = kept && new KeptImage(kept)
    this.#taken = new Int32Array(buffer, 0, 1)
    const marks = markFields + readers.length
    this.#slots = [0, 1].map((slot) => {
      const start = headerBytes + slot * slotBytes(layout, readers)
      return {
        mark: new Float64Array(buffer, start, marks),
        states: new StateImage(layout, buffer, start + marks * 8),
      }
    })
  }

  /**
   * @param positions by `SharedImage.readers`
   * @param kept what nodes keep by key and is not written yet
   */
  save(
    states: GraphSnapshot,
    number: number,
    isAligned: boolean,
    positions: Float64Array,
    alive: () => void,
    kept: Uint8Array = nothing,
  ): void {
    const taken = (Atomics.load(this.#taken, 0) + 1) | 0
    const slot = this.#slots[taken & 1]!
    slot.mark[0] = number
    slot.mark[1] = Number(isAligned)
    slot.mark.set(positions, markFields)
    slot.states.save(states, alive)
    this.kept?.save(taken & 1, kept)
    Atomics.store(this.#taken, 0, taken)
    this.kept?.begin(taken)
  }

  /** How many were taken: two threads that died at the same count died of the same samples. */
  get taken(): number {
    return Atomics.load(this.#taken, 0)
  }

  /** The last one. */
  mark(): SnapshotMark {
    return this.#mark(this.taken & 1)
  }

  load(states: GraphSnapshot, alive: () => void): void {
    this.#slots[this.taken & 1]!.states.load(states, alive)
  }

  /** What was not written at the last snapshot, and the notes of strong writes since. */
  keptSince(): [kept: Uint8Array[], notes: Uint8Array[]] {
    const { kept, taken } = this
    return kept ? [[kept.read(taken & 1)], kept.notes(taken)] : [[], []]
  }

  /** The snapshot of this number, if it is one of the two and is whole after it was read. */
  read(number: number): ReadSnapshot | null {
    const before = this.taken
    for (const slot of [before & 1, ~before & 1]) {
      const mark = this.#mark(slot)
      if (mark.number !== number) continue
      const states = this.#slots[slot]!.states.read()
      const kept = this.kept?.read(slot) ?? nothing
      const isTorn = this.taken - before > (slot === (before & 1) ? 1 : 0)
      return isTorn || this.#mark(slot).number !== number ? null : { mark, states, kept }
    }
    return null
  }

  #mark(slot: number): SnapshotMark {
    const { mark } = this.#slots[slot]!
    return {
      number: mark[0]!,
      isAligned: mark[1] === 1,
      positions: mark.slice(markFields),
    }
  }
}

/** What the lanes of one graph agree by: the number of the snapshot that is due, and where. */
export class SnapshotCells {
  readonly #due: Int32Array
  readonly #earliest: Float64Array
  readonly #beforeSample: Float64Array

  constructor(shared: SharedArrayBuffer) {
    this.#due = new Int32Array(shared, 0, 2)
    this.#earliest = new Float64Array(shared, 8, 1)
    this.#beforeSample = new Float64Array(shared, 16)
  }

  /** Host time before which none is to be asked for: one of the lanes takes long over them. */
  get earliest(): number {
    return this.#earliest[0]!
  }

  set earliest(time: number) {
    this.#earliest[0] = time
  }

  /**
   * The number of the snapshot at which all lanes of the graph stop, for another graph to go on from
   * there; 0: none.
   */
  get stopAt(): number {
    return Math.max(0, Atomics.load(this.#due, 1))
  }

  get isStopAsked(): boolean {
    return Atomics.load(this.#due, 1) === stopAsked
  }

  /** The host's: the lane that leads says where. */
  askToStop(): void {
    Atomics.store(this.#due, 1, stopAsked)
  }

  /** The host's: those that stand go on, and nobody stops any more. */
  goOn(): void {
    Atomics.store(this.#due, 1, 0)
  }

  /** As `ask`; the lanes stop there. */
  askHere(samples: Float64Array): number {
    // First, so that nobody sees the number without knowing what it means.
    Atomics.compareExchange(this.#due, 1, stopAsked, this.due + 1)
    return this.ask(samples)
  }

  get due(): number {
    return Atomics.load(this.#due, 0)
  }

  /** @param samples by source: the snapshot is taken before this sample */
  ask(samples: Float64Array): number {
    this.#beforeSample.set(samples)
    return Atomics.add(this.#due, 0, 1) + 1
  }

  beforeSample(source: number): number {
    return this.#beforeSample[source]!
  }
}

/**
 * @param sources how many the graph has
 * @param isStopped its lanes stand at their first sample until they are told to go on
 */
export function newSnapshotCells(sources: number, isStopped = false): SharedArrayBuffer {
  const cells = new SharedArrayBuffer(16 + sources * 8)
  if (isStopped) new Int32Array(cells).set([1, 1])
  return cells
}
