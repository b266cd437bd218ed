import { describe, expect, it } from 'vitest'
import { ByteWindow } from './byte-window.ts'
import type { ByteSource } from './io.ts'

/** A source of which the byte at an offset is known, and which counts its reads. */
function countingSource(size: number, fills: boolean): ByteSource & { reads: number } {
  const source = {
    size,
    reads: 0,
    async read(offset: number, length: number, into?: Uint8Array) {
      source.reads += 1
      const count = Math.max(0, Math.min(length, size - offset))
      const bytes = fills && into ? into.subarray(0, count) : new Uint8Array(count)
      for (let i = 0; i < count; i++) bytes[i] = (offset + i) % 251
      return bytes
    },
    async close() {},
  }
  return source
}

const expected = (offset: number, length: number) =>
  Array.from({ length }, (_, i) => (offset + i) % 251)

describe('ByteWindow', () => {
  it.each([
    ['a source that fills the memory it is lent', true],
    ['a source with memory of its own', false],
  ])('gives the bytes of any range, from %s', async (_, fills) => {
    const window = new ByteWindow(countingSource(1000, fills), 64, 3)
    for (let i = 0; i < 500; i++) {
      const offset = (i * 7919) % 1000
      const length = (i * 31) % 300
      const most = Math.min(length, 1000 - offset)
      expect([...(await window.view(offset, length))]).toEqual(expected(offset, most))
    }
    expect((await window.view(1000, 5)).length).toBe(0)
    expect((await window.view(5000, 5)).length).toBe(0)
  })

  it('peeks only at what is at hand in one block', async () => {
    const source = countingSource(1000, true)
    const window = new ByteWindow(source, 64, 2)
    expect(window.peek(10, 5)).toBeUndefined()
    await window.load(10, 5)
    expect([...window.peek(20, 30)!]).toEqual(expected(20, 30))
    expect(window.peek(60, 10)).toBeUndefined()
    expect(source.reads).toBe(1)
  })

  it('keeps the blocks that were used last, and reads the others again', async () => {
    const source = countingSource(1000, true)
    const window = new ByteWindow(source, 100, 2)
    for (const offset of [0, 100, 0, 200]) await window.load(offset, 10)
    expect(source.reads).toBe(3)
    expect(window.peek(0, 10)).toBeDefined()
    expect(window.peek(100, 10)).toBeUndefined()
  })

  it.each([
    ['a source that fills the memory it is lent', true],
    ['a source with memory of its own', false],
  ])('a walk over ranges that lie in two blocks reads a byte once, from %s', async (_, fills) => {
    const source = countingSource(1000, fills)
    let read = 0
    const counted: ByteSource = {
      ...source,
      read: async (offset, length, into) => {
        const bytes = await source.read(offset, length, into)
        read += bytes.length
        return bytes
      },
    }
    const window = new ByteWindow(counted, 64, 3)
    for (let offset = 0; offset < 1000; offset += 10) {
      expect([...(await window.view(offset, 10))]).toEqual(expected(offset, 10))
    }
    if (fills) expect(read).toBe(1000)
    // Memory of the source is not copied together: what is left of a block comes once more.
    else expect(read).toBeLessThan(1000 + 10 * source.reads)
  })

  it('the next window takes the memory that one was done with', async () => {
    const memories = new Set<ArrayBufferLike>()
    const source: ByteSource = {
      size: 8 << 20,
      read: async (_, length, into) => {
        memories.add(into!.buffer)
        return into!.fill(7).subarray(0, length)
      },
      close: async () => {},
    }
    for (let file = 0; file < 5; file++) {
      const window = new ByteWindow(source)
      for (let offset = 0; offset < source.size; offset += 1 << 20) await window.load(offset, 100)
      expect(memories.size).toBe(3)
      window.release()
      expect(window.peek(0, 1)).toBeUndefined()
    }
  })

  it('takes at once what a source gives at once, in small pieces, and its turn in between', async () => {
    const source = countingSource(2 << 20, true)
    const lengths: number[] = []
    let left = 3
    const window = new ByteWindow({
      ...source,
      readNow: (offset, length, into) => {
        if (left-- === 0) return undefined
        lengths.push(length)
        for (let i = 0; i < length; i++) into[i] = (offset + i) % 251
        return into.subarray(0, length)
      },
    })
    const quarter = 1 << 18
    expect([...window.peek(quarter - 8, 4)!]).toEqual(expected(quarter - 8, 4))
    expect([...window.peek(quarter - 8, 16)!]).toEqual(expected(quarter - 8, 16))
    expect([...window.peek(2 * quarter, 2 * quarter)!.subarray(0, 8)]).toEqual(
      expected(2 * quarter, 8),
    )
    expect(lengths).toEqual([quarter, quarter - 8, 2 * quarter])
    expect(window.peek(5 * quarter, 4)).toBeUndefined()
    expect([...(await window.view(5 * quarter, 4))]).toEqual(expected(5 * quarter, 4))
  })

  it('never writes into memory that belongs to the source', async () => {
    const whole = Uint8Array.from(expected(0, 192))
    const source: ByteSource = {
      size: 192,
      read: async (offset, length) =>
        // A block of exactly its size, as a memory source of one block hands it out.
        new Uint8Array(whole.buffer, offset, Math.min(length, 192 - offset)),
      close: async () => {},
    }
    const window = new ByteWindow(source, 64, 1)
    for (const offset of [0, 64, 128, 0, 64]) await window.load(offset, 64)
    expect([...whole]).toEqual(expected(0, 192))
  })

  it('a file that became shorter while it is read ends where it ends now', async () => {
    const source = countingSource(130, true)
    const window = new ByteWindow({ ...source, size: 1000 }, 64, 4)
    expect((await window.load(100, 500)).length).toBe(30)
  })
})
