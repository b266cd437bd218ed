/**
 * The memory that a graph's nodes work in: one WebAssembly memory, so that kernels need no copies.
 * Blocks are handed out at `open` and taken back when a node closes; nothing happens per chunk.
 */
import {
  bytesPerSample,
  type NodeMemory,
  type NumericFormat,
  type Samples,
  samplesOver,
} from '../signal/index.ts'

interface Block {
  readonly start: number
  readonly bytes: number
}

/** What one node holds; `release` gives it back. */
export interface LentMemory extends NodeMemory {
  samples(format: NumericFormat, length: number): Samples
  release(): void
}

const pageBytes = 65536
const alignment = 64

export class GraphMemory {
  readonly wasm: WebAssembly.Memory
  /** Free blocks in order of their start; the last one reaches to the end of the memory. */
  #free: Block[]
  /** What lies beyond was never lent, and holds zeros: it is not touched before somebody needs it. */
  #usedUntil: number

  /**
   * @param isUsed somebody else had it before, and left what he left
   * @param reservedBytes at the start of the memory, which the kernel module keeps for itself
   */
  constructor(wasm: WebAssembly.Memory, isUsed = false, reservedBytes = pageBytes) {
    this.wasm = wasm
    this.#usedUntil = isUsed ? wasm.buffer.byteLength : reservedBytes
    this.#free = [{ start: reservedBytes, bytes: wasm.buffer.byteLength - reservedBytes }]
  }

  get freeBytes(): number {
    return this.#free.reduce((sum, block) => sum + block.bytes, 0)
  }

  lend(): LentMemory {
    const blocks: Block[] = []
    const samples = (format: NumericFormat, length: number) => {
      const block = this.#take(length * bytesPerSample(format))
      blocks.push(block)
      const lent = samplesOver(format, this.wasm.buffer, block.start, length)
      if (block.start < this.#usedUntil) lent.fill(0)
      this.#usedUntil = Math.max(this.#usedUntil, block.start + block.bytes)
      return lent
    }
    return {
      wasm: this.wasm,
      samples,
      float32: (length) => samples('float32', length) as Float32Array,
      float64: (length) => samples('float64', length) as Float64Array,
      int32: (length) => samples('int32', length) as Int32Array,
      release: () => {
        for (const block of blocks.splice(0)) this.#giveBack(block)
      },
    }
  }

  #take(wanted: number): Block {
    const bytes = Math.max(alignment, Math.ceil(wanted / alignment) * alignment)
    let at = this.#free.findIndex((block) => block.bytes >= bytes)
    if (at < 0) {
      this.#grow(bytes)
      at = this.#free.length - 1
    }
    const block = this.#free[at]!
    const rest = { start: block.start + bytes, bytes: block.bytes - bytes }
    this.#free.splice(at, 1, ...(rest.bytes > 0 ? [rest] : []))
    return { start: block.start, bytes }
  }

  #grow(bytes: number): void {
    const end = this.wasm.buffer.byteLength
    const pages = Math.ceil(bytes / pageBytes)
    this.wasm.grow(pages)
    this.#giveBack({ start: end, bytes: pages * pageBytes })
  }

  #giveBack(block: Block): void {
    this.#free.push(block)
    this.#free.sort((a, b) => a.start - b.start)
    const merged: Block[] = []
    for (const each of this.#free) {
      const last = merged.at(-1)
      if (last && last.start + last.bytes === each.start) {
        merged[merged.length - 1] = { start: last.start, bytes: last.bytes + each.bytes }
      } else merged.push(each)
    }
    this.#free = merged
  }
}
