/**
 * The bytes of one variable of a MATLAB file, one after the other: as they stand in the file, or
 * unpacked on the way. Holds a block, however much a variable unpacks to.
 */
import { Readable } from 'node:stream'
import { createInflate } from 'node:zlib'
import type { ByteSource } from '../io.ts'

const blockBytes = 1 << 18

async function* blocks(source: ByteSource, from: number, to: number) {
  for (let offset = from; offset < to; offset += blockBytes) {
    yield await source.read(offset, Math.min(blockBytes, to - offset))
  }
}

export class MatStream {
  /** Bytes that were taken or skipped. */
  position = 0
  readonly #parts: AsyncIterator<Uint8Array>
  #block: Uint8Array = new Uint8Array(0)
  #at = 0

  constructor(source: ByteSource, from: number, to: number, isPacked: boolean) {
    const stored = blocks(source, from, to)
    const parts: AsyncIterable<Uint8Array> = isPacked
      ? Readable.from(stored, { objectMode: false }).pipe(createInflate())
      : stored
    this.#parts = parts[Symbol.asyncIterator]()
  }

  /** Fewer bytes than asked only at the end, and where packed bytes are damaged. */
  async take(length: number): Promise<Uint8Array> {
    if (this.#block.length - this.#at >= length) {
      const bytes = this.#block.subarray(this.#at, this.#at + length)
      this.#at += length
      this.position += length
      return bytes
    }
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      if (this.#at === this.#block.length && !(await this.#next())) break
      const part = this.#block.subarray(this.#at, this.#at + length - filled)
      bytes.set(part, filled)
      filled += part.length
      this.#at += part.length
    }
    this.position += filled
    return bytes.subarray(0, filled)
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) {
      if (this.#at === this.#block.length && !(await this.#next())) return
      const count = Math.min(left, this.#block.length - this.#at)
      this.#at += count
      this.position += count
      left -= count
    }
  }

  async #next(): Promise<boolean> {
    try {
      const { value, done } = await this.#parts.next()
      this.#block = done ? new Uint8Array(0) : value
    } catch {
      this.#block = new Uint8Array(0)
    }
    this.#at = 0
    return this.#block.length > 0
  }

  async close(): Promise<void> {
    await this.#parts.return?.()
  }
}
