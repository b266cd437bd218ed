/**
 * What of a lane's troubles outlives its thread, in memory that it shares with its host: how many
 * dead letters it has made and the host has taken, and from which sample on the graph ran at which
 * level, so that the thread that takes over loses none uncounted and gives up the same again.
 */
import type { Chunk } from '../signal/index.ts'

export interface SharedTrouble {
  readonly letters: SharedArrayBuffer
  readonly levels: SharedArrayBuffer
}

/** From this sample of this input on. */
export interface LevelChange {
  /** Counted up from 1. */
  readonly number: number
  readonly input: number
  readonly sample: number
  readonly time: number
  readonly level: number
  readonly lagSeconds: number
}

const letterFields = 4
const [made, taken, atSnapshot] = [0, 1, 2]
/** More than can fall between two snapshots: a level lasts a quarter of a second at least. */
const mostChanges = 256
const changeFields = 5
const headFields = 3
const [count, told, before] = [0, 1, 2]

/** @param level that the graph begins with */
export function newTrouble(level = 0): SharedTrouble {
  const levels = new SharedArrayBuffer(8 * (headFields + mostChanges * changeFields))
  new Float64Array(levels)[before] = level
  return { letters: new SharedArrayBuffer(8 * letterFields), levels }
}

/** One thread writes, and the host writes what it has taken. */
export class LetterCells {
  readonly #cells: Float64Array

  constructor({ letters }: SharedTrouble) {
    this.#cells = new Float64Array(letters)
  }

  /** @param snapshots taken so far: a later one has this letter */
  make(snapshots: number): void {
    this.#cells[made]!++
    this.#mark(snapshots)
  }

  /** So many snapshots were taken: the last one has all that was made until now. */
  save(snapshots: number): void {
    this.#cells[atSnapshot + (snapshots & 1)] = this.#cells[made]!
    this.#mark(snapshots)
  }

  /** The host's: so many more have come, or were told as dropped. */
  take(letters: number): void {
    this.#cells[taken]! += letters
  }

  /** Made, and neither taken nor told as dropped. */
  get untaken(): number {
    return Math.max(0, this.#cells[made]! - this.#cells[taken]!)
  }

  /**
   * In the thread that goes on from the last of so many snapshots: what was made behind it will be
   * made again.
   * @returns how many of those before it nobody has
   */
  goOn(snapshots: number): number {
    const safe = this.#cells[atSnapshot + (snapshots & 1)]!
    const lost = Math.max(0, safe - this.#cells[taken]!)
    this.#cells[made] = safe
    this.#cells[taken] = safe
    this.#mark(snapshots)
    return lost
  }

  #mark(snapshots: number): void {
    this.#cells[atSnapshot + ((snapshots + 1) & 1)] = this.#cells[made]!
  }
}

/** The latest changes of level. */
export class LevelLog {
  readonly #cells: Float64Array

  constructor({ levels }: SharedTrouble) {
    this.#cells = new Float64Array(levels)
  }

  /** That the lane is at, or began with. */
  get level(): number {
    const number = this.#cells[count]!
    return number > 0 ? this.#at(number).level : this.#cells[before]!
  }

  /** @returns its number */
  add(change: Omit<LevelChange, 'number'>): number {
    const number = this.#cells[count]! + 1
    if (number > mostChanges) this.#cells[before] = this.#at(number - mostChanges).level
    const at = place(number)
    this.#cells[at] = change.input
    this.#cells[at + 1] = change.sample
    this.#cells[at + 2] = change.time
    this.#cells[at + 3] = change.level
    this.#cells[at + 4] = change.lagSeconds
    this.#cells[count] = number
    return number
  }

  /** The host's: it knows of all up to this one. */
  tell(number: number): void {
    this.#cells[told] = Math.max(this.#cells[told]!, number)
  }

  get told(): number {
    return this.#cells[told]!
  }

  /** @param positions by input: the first sample that the last snapshot does not have */
  since(positions: readonly number[]): { level: number; changes: LevelChange[] } {
    const last = this.#cells[count]!
    let level = this.#cells[before]!
    const changes: LevelChange[] = []
    for (let n = Math.max(1, last - mostChanges + 1); n <= last; n++) {
      const change = this.#at(n)
      if (changes.length === 0 && change.sample < positions[change.input]!) level = change.level
      else changes.push(change)
    }
    return { level, changes }
  }

  /** Those that the host may not know of. */
  get untold(): LevelChange[] {
    const last = this.#cells[count]!
    const first = Math.max(this.told, last - mostChanges) + 1
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => this.#at(first + i))
  }

  #at(number: number): LevelChange {
    const at = place(number)
    return {
      number,
      input: this.#cells[at]!,
      sample: this.#cells[at + 1]!,
      time: this.#cells[at + 2]!,
      level: this.#cells[at + 3]!,
      lagSeconds: this.#cells[at + 4]!,
    }
  }
}

function place(number: number): number {
  return headFields + ((number - 1) % mostChanges) * changeFields
}

/** Frames `from` up to, not with, `to`, in place: garbage, where a thread goes on after a death. */
export function partOf(chunk: Chunk, from: number, to: number): Chunk {
  const { stride } = chunk
  return {
    ...chunk,
    firstSample: chunk.firstSample + from,
    frames: to - from,
    data: chunk.data.subarray(from * stride, to * stride),
    time: chunk.time.subarray(from, to),
    hostTime: chunk.hostTime.subarray(from, to),
  }
}
