/** Where pieces of a stream begin in its files: noted while the file is gone through once. */
import type { RowsPlace } from '../recording.ts'
import { GrowingNumbers } from './growing-numbers.ts'

type PiecePlace = Omit<RowsPlace, 'format'>

export class FramePieces {
  readonly #frames: GrowingNumbers
  readonly #offsets: GrowingNumbers
  /** Which of the files, and how many of its first rows another file has already told. */
  readonly #files: GrowingNumbers
  readonly #skips: GrowingNumbers

  constructor(parts: readonly Float64Array[] = []) {
    const part = (i: number) => GrowingNumbers.of(parts[i] ?? new Float64Array(0))
    this.#frames = part(0)
    this.#offsets = part(1)
    this.#files = part(2)
    this.#skips = part(3)
  }

  get parts(): Float64Array[] {
    return [this.#frames, this.#offsets, this.#files, this.#skips].map((each) => each.all)
  }

  add(frame: number, { file, offset, skip }: PiecePlace): void {
    this.#frames.push(frame)
    this.#offsets.push(offset)
    this.#files.push(file)
    this.#skips.push(skip)
  }

  get count(): number {
    return this.#frames.length
  }

  /** The one in which a frame stands. */
  pieceOf(frame: number): number {
    return Math.max(0, this.#frames.lastAtMost(frame))
  }

  firstFrame(piece: number): number {
    return piece < this.#frames.length ? this.#frames.at(piece) : Number.POSITIVE_INFINITY
  }

  place(piece: number): PiecePlace {
    return {
      file: this.#files.at(piece),
      offset: this.#offsets.at(piece),
      skip: this.#skips.at(piece),
    }
  }
}
