/** Headers that promise more than there is: refused before anything is made for it. */
import { deflateSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { memorySource } from '../../src/formats/io.ts'
import { openRecording } from '../../src/formats/open.ts'
import { fifFile, matlabFile, parquetFiles } from './sound-binaries.ts'

const mostBytes = 450 * 2 ** 20

async function refusedCheaply(bytes: Uint8Array, name: string, reason: RegExp): Promise<void> {
  const before = process.memoryUsage()
  await expect(openRecording(memorySource(bytes), name)).rejects.toMatchObject({
    code: expect.stringMatching(/^file-(damaged|unreadable)$/),
    message: expect.stringMatching(reason),
  })
  const after = process.memoryUsage()
  const made = after.heapUsed + after.external - before.heapUsed - before.external
  expect(made).toBeLessThan(mostBytes)
}

/** Thrift's compact protocol: a field with a list in a list in a list, each of 2^25 - 1 elements. */
const nestedLists = Buffer.from([
  0x29,
  ...Array.from({ length: 6 }, () => [0xf9, 0xff, 0xff, 0xff, 0x0f]).flat(),
])

function parquetOf(footer: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(footer.length)
  return new Uint8Array(
    Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(64), footer, length, Buffer.from('PAR1')]),
  )
}

it('Parquet: lists of millions within lists of millions', async () => {
  await refusedCheaply(parquetOf(nestedLists), 'a.parquet', /a list of 33554431 elements/)
})

it('Parquet: structs without end', async () => {
  const deep = Buffer.alloc(100_000, 0x1c)
  await refusedCheaply(parquetOf(deep), 'a.parquet', /structs within structs/)
})

it('Parquet: a footer longer than the file', async () => {
  const { 'a.parquet': whole } = await parquetFiles()
  const lying = Uint8Array.from(whole!)
  new DataView(lying.buffer).setUint32(lying.length - 8, 0x7fff_ffff, true)
  await refusedCheaply(lying, 'a.parquet', /a footer of 2147483647 bytes/)
})

it('MATLAB: cells of nothing, a thousand times as many as there are bytes', async () => {
  const tag = (type: number, length: number) => Buffer.from(Uint32Array.of(type, length).buffer)
  const empty = Buffer.concat([tag(14, 0)])
  const cells = Buffer.alloc(8 * 20_000_000, empty)
  const head = Buffer.concat([
    ...[tag(6, 8), Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])],
    ...[tag(5, 8), Buffer.from(Int32Array.of(1, 2 ** 31 - 1).buffer)],
    tag(1, 0),
  ])
  const content = deflateSync(Buffer.concat([tag(14, head.length + cells.length), head, cells]))
  const bytes = matlabFile([Buffer.concat([tag(15, content.length), content])])
  await refusedCheaply(bytes, 'a.set', /more small values/)
}, 60_000)

it('FIF: two thousand million channels, and a tag as long', async () => {
  const whole = fifFile()
  const view = new DataView(whole.buffer)
  for (let at = 0; at + 16 <= whole.length; ) {
    if (view.getInt32(at) === 200) view.setInt32(at + 16, 2 ** 31 - 1)
    at += 16 + view.getInt32(at + 8)
  }
  await refusedCheaply(whole, 'a.fif', /2 of 2147483647 channels/)
})
