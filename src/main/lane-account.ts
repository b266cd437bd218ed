/**
 * What a host has heard of the troubles of one lane: which dead letters it has, so that those that a
 * thread sends again after a death are not kept twice, and which changes of level it knows of.
 */
import type { DeadLetter } from '../graph/index.ts'
import {
  type DegradedReport,
  LetterCells,
  LevelLog,
  type OpenLane,
  partOf,
} from '../workers/index.ts'

export class LaneAccount {
  #letters: LetterCells | null = null
  #levels: LevelLog | null = null
  /** By node and port: the index after the last frame that came in a letter. */
  readonly #ends = new Map<string, number>()

  /** @param isResumed it goes on where its thread died; else its nodes may count anew */
  opened({ trouble }: OpenLane, isResumed: boolean): void {
    this.#letters = new LetterCells(trouble)
    this.#levels = new LevelLog(trouble)
    if (!isResumed) this.#ends.clear()
  }

  /** @returns those that did not come before */
  took(letters: readonly DeadLetter[], dropped: number): readonly DeadLetter[] {
    this.#letters?.take(letters.length + dropped)
    return letters.flatMap((letter) => this.#unknown(letter) ?? [])
  }

  /** @returns whether it was not known yet */
  told({ number }: DegradedReport): boolean {
    const isNew = number > (this.#levels?.told ?? 0)
    this.#levels?.tell(number)
    return isNew
  }

  /** That the lane is at. */
  get level(): number {
    return this.#levels?.level ?? 0
  }

  /** Letters that went with the thread, where none goes on in its place. */
  get lost(): number {
    return this.#letters?.untaken ?? 0
  }

  #unknown(letter: DeadLetter): DeadLetter | null {
    const { node, port, chunk } = letter
    const key = `${node}.${port}`
    const end = chunk.firstSample + chunk.frames
    const known = Math.max(0, (this.#ends.get(key) ?? 0) - chunk.firstSample)
    this.#ends.set(key, Math.max(end, this.#ends.get(key) ?? 0))
    if (known >= chunk.frames) return null
    return known > 0 ? { ...letter, chunk: partOf(chunk, known, chunk.frames) } : letter
  }
}
