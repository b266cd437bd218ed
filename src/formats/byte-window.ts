/**
 * A sliding view of a `ByteSource`: any range on demand, the blocks last used kept. A reader takes
 * the synchronous `peek` first and awaits `load` only where a block is missing, so that walking a
 * file of small chunks costs no promise per chunk. Holds at most `blocks × blockBytes`, whatever
 * the size of the file, plus one range that spans blocks.
 */
import type { ByteSource } from './io.ts'

const usualBlockBytes = 1 << 20
/** What is read at once where reading makes no promise: it stays in the cache of the processor. */
const nowBytes = 1 << 18
/** All of them are filled once in every file: what is not needed is memory to be made and swept. */
const usualBlocks = 3
/**
 * Blocks of windows that were released, for the windows of the next file: memory that is touched
 * for the first time costs more than what is read into it.
 */
const released: ArrayBufferLike[] = []
const mostReleased = 4

interface Block {
  readonly start: number
  readonly bytes: Uint8Array
}

export class ByteWindow {
  readonly size: number
  readonly #source: ByteSource
  readonly #blockBytes: number
  /** Bytes read at once, where no longer range is asked for; blocks begin at its multiples. */
  readonly #grain: number
  readonly #maxBlocks: number
  /** In the order of use, oldest first. */
  readonly #blocks: Block[] = []
  /** Memory of blocks that were dropped, for those to come: gigabytes pass through few arrays. */
  readonly #spare: Uint8Array[] = []
  /** Memory made here; what a source returns of its own is not ours to write to. */
  readonly #own = new Set<ArrayBufferLike>()
  #gathered: Uint8Array = new Uint8Array(0)

  constructor(source: ByteSource, blockBytes = usualBlockBytes, maxBlocks = usualBlocks) {
    this.size = source.size
    this.#source = source
    // A small file needs no more memory than it has bytes.
    this.#blockBytes = Math.max(1, Math.min(blockBytes, source.size))
    this.#grain = source.readNow ? Math.min(nowBytes, this.#blockBytes) : this.#blockBytes
    this.#maxBlocks = maxBlocks
  }

  /**
   * The bytes from `offset` on, at most `length` and fewer at the end of the file; undefined where
   * they are neither at hand in one block nor read at once. Valid until the next call.
   */
  peek(offset: number, length: number): Uint8Array | undefined {
    const end = Math.min(offset + length, this.size)
    if (end <= offset) return empty
    const block = this.#use(offset, end) ?? this.#readNow(offset, end)
    return block?.bytes.subarray(offset - block.start, end - block.start)
  }

  /** As `peek`, reading what is missing. */
  async load(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size)
    if (end <= offset) return empty
    if (end - offset > this.#blockBytes) return this.#whole(offset, end - offset)
    const { start, bytes } = this.#use(offset, end) ?? (await this.#read(offset, end))
    // A file that was cut while it is read ends where it ends now.
    return bytes.subarray(offset - start, end - start)
  }

  async view(offset: number, length: number): Promise<Uint8Array> {
    return this.peek(offset, length) ?? (await this.load(offset, length))
  }

  /** More than a block: past the blocks, which stay as they are. */
  #whole(offset: number, length: number): Promise<Uint8Array> {
    if (this.#gathered.length < length) this.#gathered = new Uint8Array(length)
    return this.#source.read(offset, length, this.#gathered)
  }

  async #read(offset: number, end: number): Promise<Block> {
    const { memory, start, length, kept } = this.#newBlock(offset, end)
    const rest = memory.subarray(kept, length)
    const bytes = await this.#source.read(start + kept, rest.length, rest)
    return this.#add(memory, start, kept, bytes)
  }

  /** Undefined where the source has none at once. */
  #readNow(offset: number, end: number): Block | undefined {
    if (!this.#source.readNow || end - offset > this.#blockBytes) return undefined
    const { memory, start, length, kept } = this.#newBlock(offset, end)
    const rest = memory.subarray(kept, length)
    const bytes = this.#source.readNow(start + kept, rest.length, rest)
    if (bytes) return this.#add(memory, start, kept, bytes)
    this.#spare.push(memory)
    return undefined
  }

  /**
   * Memory for a block with the range. Blocks begin at multiples, but where a range would lie in two
   * of them, and where a walk leaves a block at its end: with the range then, and with what is at
   * hand of it, so that nothing is read twice on the way.
   */
  #newBlock(offset: number, end: number) {
    const left = this.#blocks.findLast(({ start, bytes }) => {
      return start <= offset && offset <= start + bytes.length
    })
    const aligned = offset - (offset % this.#grain)
    const start = left || end > aligned + this.#grain ? offset : aligned
    if (this.#blocks.length >= this.#maxBlocks) this.#dropOldest()
    const memory = this.#spare.pop() ?? this.#newMemory()
    const length = Math.min(Math.max(this.#grain, end - start), this.size - start)
    const tail =
      left && this.#own.has(left.bytes.buffer) ? left.bytes.subarray(offset - left.start) : empty
    memory.set(tail)
    return { memory, start, length, kept: tail.length }
  }

  #add(memory: Uint8Array, start: number, kept: number, bytes: Uint8Array): Block {
    const isLent = bytes.buffer !== memory.buffer
    if (isLent && kept > 0) memory.set(bytes, kept)
    const block = {
      start,
      bytes: isLent && kept === 0 ? bytes : memory.subarray(0, kept + bytes.length),
    }
    if (isLent && kept === 0) this.#spare.push(memory)
    this.#blocks.push(block)
    return block
  }

  #dropOldest(): void {
    const { bytes } = this.#blocks.shift()!
    if (this.#own.has(bytes.buffer)) this.#spare.push(new Uint8Array(bytes.buffer))
  }

  #newMemory(): Uint8Array {
    const used = this.#blockBytes === usualBlockBytes ? released.pop() : undefined
    const memory = used ? new Uint8Array(used) : new Uint8Array(this.#blockBytes)
    this.#own.add(memory.buffer)
    return memory
  }

  /** Gives its memory to other windows: nothing that it gave out may be looked at from then on. */
  release(): void {
    for (const buffer of this.#own) {
      const isUsual = buffer.byteLength === usualBlockBytes
      if (isUsual && released.length < mostReleased) released.push(buffer)
    }
    this.#own.clear()
    this.#blocks.length = this.#spare.length = 0
  }

  /** The block that has the range, now the newest; the usual one is that already. */
  #use(offset: number, end: number): Block | undefined {
    const blocks = this.#blocks
    for (let i = blocks.length - 1; i >= 0; i--) {
      const block = blocks[i]!
      if (offset < block.start || end > block.start + block.bytes.length) continue
      if (i < blocks.length - 1) {
        blocks.copyWithin(i, i + 1)
        blocks[blocks.length - 1] = block
      }
      return block
    }
    return undefined
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
