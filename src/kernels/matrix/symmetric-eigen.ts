/**
 * Eigenvalues and eigenvectors of symmetric matrices of one size, in float64: Householder
 * reduction and implicit QL. Takes its room from lent memory once; a decomposition allocates
 * nothing. About 10 n³ operations: meant for covariances of up to a few hundred channels.
 */
import type { KernelMemory } from '../kernel-memory.ts'
import { type RawKernels, rawKernelsOn } from '../module.ts'

/** As in assembly/eigen.ts: the QL steps whose rotations are run together. */
const chains = 16

export class SymmetricEigen {
  readonly size: number
  /** Ascending; rewritten by every decomposition. */
  readonly values: Float64Array
  /** size × width: row k is the eigenvector of values[k], of length 1, its sign arbitrary. */
  readonly vectors: Float64Array
  /** Values from one row of `vectors` to the next. */
  readonly width: number
  readonly #matrix: Float64Array
  readonly #work: Float64Array
  readonly #raw: RawKernels

  constructor(memory: KernelMemory, size: number) {
    this.size = size
    this.width = widthFor(size)
    this.values = memory.float64(size)
    this.vectors = memory.float64(size * this.width)
    this.#matrix = memory.float64(size * this.width)
    this.#work = memory.float64((5 + 3 * chains) * this.width)
    this.#raw = rawKernelsOn(memory.wasm)
  }

  /**
   * @param matrix rows of `rowLength` values, of which the upper triangle is read; left as it is
   * @returns false when a value is not finite: then `values` and `vectors` mean nothing
   */
  decompose(matrix: Float64Array, rowLength = this.size): boolean {
    const { size, width } = this
    const copy = this.#matrix
    copy.fill(0)
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) {
        copy[j * width + i] = matrix[i * rowLength + j]!
      }
    }
    const { values, vectors } = this
    const [a, work] = [copy.byteOffset, this.#work.byteOffset]
    const { symmetricEigen } = this.#raw
    return symmetricEigen(a, size, width, values.byteOffset, vectors.byteOffset, work) === 1
  }
}

/** A multiple of 8; rows a power of two apart would fall upon the same places of the cache. */
function widthFor(size: number): number {
  const width = Math.ceil(size / 8) * 8
  return width % 64 === 0 ? width + 8 : width
}
