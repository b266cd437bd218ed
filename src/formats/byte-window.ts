/**
 * A sliding view of a `ByteSource`: any range on demand, the blocks last used kept. A reader takes
 * the synchronous `peek` first and awaits `load` only where a block is missing, so that walking a
 * file of small chunks costs no promise per chunk. Holds at most `blocks × blockBytes`, whatever
 * the size of the file, plus one range that spans blocks.
 */
import type { ByteSource } from './io.ts'

export class ByteWindow {
  readonly size: number
  readonly #source: ByteSource
  readonly #blockBytes: number
  readonly #maxBlocks: number
  /** By block number; the order of insertion is the order of use, oldest first. */
  readonly #blocks = new Map<number, Uint8Array>()
  #newest = -1
  #newestBytes: Uint8Array = new Uint8Array(0)
  /** Memory of blocks that were dropped, for those to come: gigabytes pass through few arrays. */
  readonly #spare: Uint8Array[] = []
  /** Memory made here; what a source returns of its own is not ours to write to. */
  readonly #own = new Set<ArrayBufferLike>()
  #gathered: Uint8Array = new Uint8Array(0)

  constructor(source: ByteSource, blockBytes = 1 << 20, maxBlocks = 8) {
    this.size = source.size
    this.#source = source
    // A small file needs no more memory than it has bytes.
    this.#blockBytes = Math.max(1, Math.min(blockBytes, source.size))
    this.#maxBlocks = maxBlocks
  }

  /**
   * The bytes from `offset` on, at most `length` and fewer at the end of the file; undefined where
   * they are not at hand or span two blocks. Valid until the next call of `load` or `view`.
   */
  peek(offset: number, length: number): Uint8Array | undefined {
    const end = Math.min(offset + length, this.size)
    if (end <= offset) return empty
    const block = Math.floor(offset / this.#blockBytes)
    const from = offset - block * this.#blockBytes
    const bytes = block === this.#newest ? this.#newestBytes : this.#use(block)
    return bytes && from + (end - offset) <= bytes.length
      ? bytes.subarray(from, from + (end - offset))
      : undefined
  }

  /** As `peek`, reading what is missing. A range is gathered into one array where it must be. */
  async load(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size)
    if (end <= offset) return empty
    const first = Math.floor(offset / this.#blockBytes)
    const last = Math.floor((end - 1) / this.#blockBytes)
    if (first === last) {
      const bytes = await this.#block(first)
      const from = offset - first * this.#blockBytes
      return bytes.subarray(from, from + (end - offset))
    }
    if (this.#gathered.length < end - offset) this.#gathered = new Uint8Array(end - offset)
    const gathered = this.#gathered.subarray(0, end - offset)
    let filled = 0
    for (let block = first; block <= last; block++) {
      const start = block * this.#blockBytes
      const bytes = await this.#block(block)
      const part = bytes.subarray(Math.max(0, offset - start), end - start)
      gathered.set(part, filled)
      filled += part.length
      // A file that was cut while it is read ends where it ends now.
      if (bytes.length < this.#blockBytes) break
    }
    return gathered.subarray(0, filled)
  }

  async view(offset: number, length: number): Promise<Uint8Array> {
    return this.peek(offset, length) ?? (await this.load(offset, length))
  }

  async #block(block: number): Promise<Uint8Array> {
    const known = this.#use(block)
    if (known) return known
    const start = block * this.#blockBytes
    if (this.#blocks.size >= this.#maxBlocks) this.#dropOldest()
    const memory = this.#spare.pop() ?? this.#newMemory()
    const length = Math.min(this.#blockBytes, this.size - start)
    const bytes = await this.#source.read(start, length, memory)
    if (bytes.buffer !== memory.buffer) this.#spare.push(memory)
    this.#blocks.set(block, bytes)
    this.#newest = block
    this.#newestBytes = bytes
    return bytes
  }

  #dropOldest(): void {
    const [block, bytes] = this.#blocks.entries().next().value!
    this.#blocks.delete(block)
    if (this.#own.has(bytes.buffer)) this.#spare.push(new Uint8Array(bytes.buffer))
    if (block === this.#newest) this.#newest = -1
  }

  #newMemory(): Uint8Array {
    const memory = new Uint8Array(this.#blockBytes)
    this.#own.add(memory.buffer)
    return memory
  }

  #use(block: number): Uint8Array | undefined {
    const bytes = this.#blocks.get(block)
    if (!bytes) return undefined
    this.#blocks.delete(block)
    this.#blocks.set(block, bytes)
    this.#newest = block
    this.#newestBytes = bytes
    return bytes
  }
}

const empty = new Uint8Array(0)

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The memory of a typed array, as bytes. */
export function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
