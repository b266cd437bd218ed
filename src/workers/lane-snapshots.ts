/**
 * When a lane takes its snapshots. One lane of a graph says that one is due and before which sample
 * of every source; each lane takes it when it has read that far, and passes the word on behind the
 * last sample that it gave. So all of them stand at the same samples, and none waits for another
 * with anything but the samples that come after. What takes long is taken less often.
 */
import type { Graph } from '../graph/index.ts'
import { nextIndexOf, type SharedRing } from '../ring/index.ts'
import type { LiveKeyed } from '../store/index.ts'
import type { LaneCalls } from './lane-calls.ts'
import { fits, LaneImage, newImage, type SharedImage, type SnapshotCells } from './lane-image.ts'
import type { LaneInput } from './lane-input.ts'
import type { QueueWriter } from './queue-writer.ts'

const everySeconds = 0.1
/** A snapshot costs at most this share of a processor. */
const share = 0.02
/** An input that is so much behind the others is not waited for any longer. */
const patienceSeconds = 0.1
/** Without word from the lane that leads, for example because its thread has died. */
const aloneSeconds = 3 * everySeconds

export interface SnapshotSetup {
  readonly graph: Graph
  readonly inputs: readonly LaneInput[]
  readonly calls: LaneCalls
  readonly keyed: LiveKeyed
  readonly queues: readonly QueueWriter[]
  readonly cells: SnapshotCells
  /** By source: its place in the cells. */
  readonly sourceNumbers: Readonly<Record<string, number>>
  /** Where this lane leads: all sources of the graph. */
  readonly leads: readonly SharedRing[] | null
  now(): number
  /** Says that the thread works, and does not hang. */
  alive(): void
}

export class LaneSnapshots {
  readonly #setup: SnapshotSetup
  #image: LaneImage
  #positions: Float64Array
  readonly #before: Float64Array
  /** The number that is being waited for; 0 when none is. */
  #pending = 0
  #pendingSince = 0
  #last: number
  #takenAt: number
  #earliest = 0
  #isChanged = true

  /** @param old of a thread that died, already loaded into the graph */
  constructor(setup: SnapshotSetup, old: SharedImage | null) {
    this.#setup = setup
    this.#image = this.#newImage(old)
    this.#positions = new Float64Array(this.#image.shared.readers.length)
    this.#before = new Float64Array(setup.leads?.length ?? 0)
    this.#last = setup.cells.due
    this.#takenAt = setup.now()
    if (!old) this.#take(this.#last, true)
  }

  get shared(): SharedImage {
    return this.#image.shared
  }

  /** So many so far. */
  get taken(): number {
    return this.#image.taken
  }

  /** The graph has changed: what was saved is of another one. */
  renew(): void {
    const { graph } = this.#setup
    if (!fits(this.#image.shared, graph.states, this.#readers(), this.#setup.keyed.isUsed)) {
      this.#image = this.#newImage(null)
      this.#positions = new Float64Array(this.#image.shared.readers.length)
    }
    this.#take(this.#last, true)
  }

  /** The graph stands: the snapshot of this number was taken, and another graph may go on from it. */
  get stoppedAt(): number {
    const { stopAt } = this.#setup.cells
    return stopAt > 0 && stopAt === this.#last ? stopAt : 0
  }

  /** Something was read. */
  changed(): void {
    this.#isChanged = true
  }

  /** Before inputs are read: is one due, and up to where are they to be read? */
  before(now: number): void {
    const { cells, leads, inputs } = this.#setup
    if (this.#pending === 0 && !leads && cells.due !== this.#last) this.#begin(cells.due, now)
    if (this.#pending === 0) return
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i]!
      if (input.until !== Number.POSITIVE_INFINITY || !input.cells) continue
      if (input.cells.barrier >= this.#pending) input.until = input.cells.barrierSample
    }
  }

  /** After inputs were read. @returns whether one was taken, and more may be read therefore */
  after(now: number): boolean {
    const { cells, leads, inputs, queues } = this.#setup
    if (this.#pending === 0 && leads) this.#leadWhenDue(now, leads)
    if (this.#pending === 0) {
      const isTaken = this.#isOverdue(now) && this.#isSafe()
      if (isTaken) this.#take(this.#last, false)
      return isTaken
    }
    const isThere = inputs.every(({ isThere }) => isThere)
    const isPatient = cells.stopAt === this.#pending || now - this.#pendingSince < patienceSeconds
    if (!isThere && isPatient) return false
    if (!this.#isSafe()) return false
    this.#take(this.#pending, isThere && inputs.every(isExact))
    for (const queue of queues) queue.barrier(this.#pending)
    for (const input of inputs) input.until = Number.POSITIVE_INFINITY
    this.#last = this.#pending
    this.#pending = 0
    return true
  }

  #leadWhenDue(now: number, sources: readonly SharedRing[]): void {
    const { cells, inputs, sourceNumbers } = this.#setup
    if (cells.isStopAsked) {
      // Nobody is beyond the newest sample: all lanes can stand at the same one.
      for (let s = 0; s < sources.length; s++) this.#before[s] = nextIndexOf(sources[s]!)
      this.#begin(cells.askHere(this.#before), now)
      return
    }
    if (!this.#isChanged || now < Math.max(this.#takenAt + everySeconds, cells.earliest)) return
    for (let s = 0; s < sources.length; s++) this.#before[s] = nextIndexOf(sources[s]!)
    for (const { name, nextSample } of inputs) {
      const number = sourceNumbers[name]
      if (number !== undefined) this.#before[number] = nextSample
    }
    this.#begin(cells.ask(this.#before), now)
  }

  #begin(number: number, now: number): void {
    this.#pending = number
    this.#pendingSince = now
    for (const input of this.#setup.inputs) {
      const source = this.#setup.sourceNumbers[input.name]
      if (source !== undefined) input.until = this.#setup.cells.beforeSample(source)
    }
  }

  /** Nobody leads any more, or a ring could soon not give back all that was read since the last. */
  #isOverdue(now: number): boolean {
    const { leads, inputs, calls, keyed } = this.#setup
    if (!this.#isChanged) return false
    if (keyed.isFarAhead) return true
    if (!leads && now > Math.max(this.#takenAt + aloneSeconds, this.#earliest)) return true
    for (let i = 0; i < inputs.length; i++) if (inputs[i]!.isFarAhead) return true
    return calls.isFarAhead
  }

  #isSafe(): boolean {
    const { queues } = this.#setup
    for (let q = 0; q < queues.length; q++) if (!queues[q]!.isSafe) return false
    return true
  }

  #take(number: number, isAligned: boolean): void {
    const { graph, inputs, calls, keyed, cells, now, alive } = this.#setup
    const begun = now()
    for (let i = 0; i < inputs.length; i++) {
      this.#positions[i] = inputs[i]!.nextSample
      inputs[i]!.framesRead = 0
    }
    calls.positions(this.#positions, inputs.length)
    const kept = keyed.saved()
    this.#image.save(graph.states, number, isAligned, this.#positions, alive, kept)
    keyed.cover(begun)
    // Whoever goes on from here finds all of it written.
    if (number > 0 && cells.stopAt === number) keyed.flush()
    this.#takenAt = now()
    // The first ones take long because memory is new, which the next ones will not.
    const isFirst = this.#image.taken <= 2
    this.#earliest = isFirst ? 0 : this.#takenAt + (this.#takenAt - begun) / share
    if (this.#earliest > cells.earliest) cells.earliest = this.#earliest
    this.#isChanged = false
  }

  #readers(): string[] {
    const { inputs, calls } = this.#setup
    return [...inputs.map(({ name }) => name), ...calls.lines.map(({ node }) => `answers ${node}`)]
  }

  /** @param old of a thread that died */
  #newImage(old: SharedImage | null): LaneImage {
    const { graph, keyed } = this.#setup
    const image = new LaneImage(old ?? newImage(graph.states, this.#readers(), keyed.isUsed))
    if (image.kept) keyed.noteIn(image.kept)
    return image
  }
}

function isExact({ nextSample, until }: LaneInput): boolean {
  return nextSample === until || Number.isNaN(nextSample)
}
