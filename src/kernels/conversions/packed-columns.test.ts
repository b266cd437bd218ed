import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Column, type ColumnType, PackedColumns, unpackedZstd } from './packed-columns.ts'
import { splitBytes } from './stored-values.ts'

const arrays = { int32: Int32Array, float32: Float32Array, float64: Float64Array } as const

/** Reproducible numbers from 0 to 1. */
function random(seed: number): () => number {
  let x = seed | 0
  return () => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0
    const mixed = Math.imul(x ^ (x >>> 15), 0x85ebca6b)
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32
  }
}

/** Bytes that are packed in different ways: noise, few symbols, periods, one byte, planes, words. */
function contentOf(kind: number, length: number, seed: number): Uint8Array {
  const next = random(seed)
  const below = (n: number) => Math.floor(next() * n)
  const bytes = new Uint8Array(length)
  if (kind === 0) return bytes.map(() => below(256))
  const symbols = 1 + below(40)
  if (kind === 1) return bytes.map(() => Math.floor(next() * next() * symbols))
  if (kind === 2) return bytes.fill(below(256))
  if (kind === 3) {
    const period = 1 + below(60)
    for (let i = 0; i < length; i++) {
      bytes[i] = i < period || next() < 0.01 ? below(256) : bytes[i - period]!
    }
    return bytes
  }
  if (kind === 4) {
    const values = Float32Array.from({ length: length >> 2 }, (_, i) => {
      return Math.sin(i / 50) * 100 + below(100) / 10
    })
    splitBytes(values, bytes.subarray(0, values.byteLength))
    return bytes
  }
  const words = Array.from({ length: 50 }, () => {
    return Buffer.from(Array.from({ length: 1 + below(12) }, () => 97 + below(26)))
  })
  for (let i = 0; i < length; ) i += words[Math.floor(next() * next() * 50)]!.copy(bytes, i)
  return bytes
}

/** Every level, strategy and flag that Node's zstd has. */
const packing = fc.record({
  [constants.ZSTD_c_compressionLevel]: fc.integer({ min: -22, max: 22 }),
  [constants.ZSTD_c_strategy]: fc.integer({ min: 0, max: 9 }),
  [constants.ZSTD_c_windowLog]: fc.constantFrom(0, 10, 12, 17, 20),
  [constants.ZSTD_c_minMatch]: fc.constantFrom(0, 3, 4, 5, 6, 7),
  [constants.ZSTD_c_checksumFlag]: fc.nat(1),
  [constants.ZSTD_c_contentSizeFlag]: fc.nat(1),
  [constants.ZSTD_c_enableLongDistanceMatching]: fc.nat(1),
})

const content = fc
  .record({
    kind: fc.nat(5),
    length: fc.oneof(fc.nat(40), fc.nat(3000), fc.nat(70_000), fc.nat(300_000)),
    seed: fc.integer(),
  })
  .map(({ kind, length, seed }) => contentOf(kind, length, seed))

/** A column of int32 between two others, which nobody may write to. */
class Guarded {
  readonly #columns: PackedColumns
  readonly rows: number

  constructor(rows: number, packedBytes: number) {
    const columns = ['int32', 'int32', 'int32'] as const
    this.#columns = new PackedColumns({ columns, rows, packedBytes, frameBytes: 0 })
    this.rows = rows
    for (const column of this.#columns.columns) column.fill(0x5a5a5a5a)
  }

  /** The content; undefined where it is refused. */
  unpack(packed: Uint8Array, rows: number): Uint8Array | undefined {
    const { columns } = this.#columns
    this.#columns.packed.set(packed)
    const page = this.#columns.packed.subarray(0, packed.length)
    const into = columns[1]!.subarray(0, rows)
    const isSound = this.#columns.unpack(page, { isPacked: true, isSplit: false }, into)
    return isSound ? new Uint8Array(into.slice().buffer) : undefined
  }

  /** Whether the columns beside it are as they were. */
  release(): boolean {
    const [before, , behind] = this.#columns.columns
    const isMark = (value: number) => value === 0x5a5a5a5a
    const isKept = before!.every(isMark) && behind!.every(isMark)
    this.#columns.release()
    return isKept
  }
}

describe('zstd', () => {
  it('unpacks whatever Node packs, and nothing of another length', { timeout: 60_000 }, () => {
    const wanted = fc.property(content, packing, (bytes, params) => {
      const packed = zstdCompressSync(bytes, { params })
      if (bytes.length > 0) expect(unpackedZstd(packed, bytes.length - 1)).toBeUndefined()
      expect(unpackedZstd(packed, bytes.length + 1)).toBeUndefined()
      const again = unpackedZstd(packed, bytes.length)
      expect(again && Buffer.compare(again, bytes)).toBe(0)
    })
    fc.assert(wanted, { numRuns: 300 })
  })

  it('unpacks several frames, and passes by what a frame says is to be skipped', () => {
    const [a, b] = [contentOf(5, 3000, 1), contentOf(1, 500, 2)]
    const skipped = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
    const frames = [zstdCompressSync(a), skipped, zstdCompressSync(b), skipped]
    const again = unpackedZstd(Buffer.concat(frames), 3500)
    expect(again).toEqual(new Uint8Array(Buffer.concat([a, b])))
    expect(unpackedZstd(Buffer.concat([zstdCompressSync(a), Buffer.of(0)]), 3000)).toBeUndefined()
  })

  it('refuses a checksum that is not that of the content, a dictionary, and a bit for later', () => {
    const bytes = contentOf(5, 3000, 3)
    const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
    const changed = (at: number, bits: number) => {
      const copy = Uint8Array.from(packed)
      copy.set([copy.at(at)! ^ bits], at < 0 ? copy.length + at : at)
      return copy
    }
    expect(unpackedZstd(packed, 3000)).toEqual(bytes)
    expect(unpackedZstd(changed(-1, 1), 3000)).toBeUndefined()
    expect(unpackedZstd(changed(4, 1), 3000)).toBeUndefined()
    expect(unpackedZstd(changed(4, 8), 3000)).toBeUndefined()
  })

  it('makes nothing for a length that so few bytes cannot become', () => {
    const before = process.memoryUsage().external
    expect(unpackedZstd(zstdCompressSync(new Uint8Array(100)), 2 ** 31)).toBeUndefined()
    expect(process.memoryUsage().external - before).toBeLessThan(2 ** 28)
  })

  it('of damaged bytes is refused, or is what Node makes of them, and stays in its place', {
    timeout: 60_000,
  }, () => {
    const next = random(20_261_121)
    const below = (n: number) => Math.floor(next() * n)
    const guarded = new Guarded(1 << 12, 1 << 16)
    const found = { refused: 0, same: 0 }
    for (let run = 0; run < 600; run++) {
      const rows = 1 + below(guarded.rows)
      const bytes = contentOf(run % 6, 4 * rows, run)
      const params = {
        [constants.ZSTD_c_compressionLevel]: [-5, 1, 3, 9, 19][run % 5]!,
        [constants.ZSTD_c_checksumFlag]: run % 4 === 0 ? 1 : 0,
      }
      const packed = zstdCompressSync(bytes, { params })
      for (let time = 0; time < 40; time++) {
        const damaged = Uint8Array.from(packed)
        for (let hits = 1 + below(3); hits > 0; hits--) {
          const at = below(below(2) ? damaged.length : Math.min(damaged.length, 200))
          damaged[at] = below(2) ? damaged[at]! ^ (1 << below(8)) : below(256)
        }
        // The window says nothing to us; a stream of Node's would refuse what it cannot hold.
        damaged.set(packed.subarray(4, 6), 4)
        const cut = below(6) === 0 ? damaged.subarray(0, 1 + below(damaged.length)) : damaged
        const own = guarded.unpack(cut, rows)
        if (own) expect(Buffer.compare(own, zstdDecompressSync(cut))).toBe(0)
        found[own ? 'same' : 'refused'] += 1
      }
    }
    expect(guarded.release()).toBe(true)
    expect(found.refused).toBeGreaterThan(1000)
    expect(found.same).toBeGreaterThan(1000)
  })
})

const type = fc.constantFrom<ColumnType>('int32', 'float32', 'float64')

function filled(kind: ColumnType, length: number, seed: number): Column {
  const next = random(seed)
  return new arrays[kind](length).map(() => (next() - 0.5) * 2 ** 31)
}

describe('columns', () => {
  const form = fc.record({ isPacked: fc.boolean(), isSplit: fc.boolean() })

  it('hold what stands in their pages, in planes or not, packed or not', () => {
    const pages = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 })
    const wanted = fc.property(type, form, pages, fc.integer(), (kind, how, lengths, seed) => {
      const rows = lengths.reduce((sum, each) => sum + each, 0)
      const columns = [kind, kind]
      const memory = new PackedColumns({ columns, rows, packedBytes: 1 << 14, frameBytes: 0 })
      const values = filled(kind, rows, seed)
      let first = 0
      for (const length of lengths) {
        const part = values.slice(first, first + length)
        const plain = new Uint8Array(part.buffer)
        const bytes = new Uint8Array(plain.length)
        if (how.isSplit) splitBytes(part, bytes)
        else bytes.set(plain)
        const page = how.isPacked ? zstdCompressSync(bytes) : bytes
        memory.packed.set(page, 7)
        const place = memory.packed.subarray(7, 7 + page.length)
        const into = memory.columns[1]!.subarray(first, first + length)
        expect(memory.unpack(place, how, into)).toBe(true)
        expect(memory.unpack(place.subarray(1), how, into.subarray(1))).toBe(false)
        expect(memory.unpack(place, how, into)).toBe(true)
        first += length
      }
      expect(memory.columns[1]).toEqual(values)
      memory.release()
    })
    fc.assert(wanted)
  })

  it('lend their rows as frames', () => {
    const size = fc.integer({ min: 1, max: 40 })
    const wanted = fc.property(
      type,
      size,
      size,
      size,
      fc.integer(),
      (kind, channels, from, n, seed) => {
        const rows = from + n
        const memory = new PackedColumns({
          columns: ['float64', ...Array.from({ length: channels }, () => kind)],
          rows,
          packedBytes: 0,
          frameBytes: 8 * n * channels,
        })
        const values = Array.from({ length: channels }, (_, c) => filled(kind, rows, seed + c))
        for (const [c, column] of values.entries()) memory.columns[c + 1]!.set(column)
        const frames = memory.frames({ first: 1, count: channels }, { first: from, count: n })
        expect(frames).toHaveLength(n * channels)
        for (let f = 0; f < n; f++) {
          for (let c = 0; c < channels; c++) {
            expect(frames[f * channels + c]).toBe(values[c]![from + f])
          }
        }
        memory.release()
      },
    )
    fc.assert(wanted)
  })
})
