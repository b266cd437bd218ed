import { describe, expect, test } from 'vitest'
import { MemorySink } from '../../../test/memory-sink.ts'
import { random, soundRecording } from '../../../test/sound-recording.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import { verifyRecording } from '../verify.ts'
import { checkSums } from './check-sums.ts'
import { SummedSink } from './summed-sink.ts'

/** A recording with its checksums, a block of them every few thousand bytes. */
async function summedRecording() {
  const bytes = await soundRecording()
  const [data, sums] = [new MemorySink(), new MemorySink()]
  const sink = new SummedSink(data, sums)
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const length = 900 + ((i * 397) % 3000)
    sink.write(bytes.subarray(from, from + length))
    if (i % 2 === 0) sink.sync()
    from += length
  }
  sink.sync()
  const whenOpen = sums.bytes
  await sink.close()
  return { bytes, sums: sums.bytes, whenOpen }
}

const check = (bytes: Uint8Array, sums: Uint8Array) =>
  checkSums(memorySource(bytes), memorySource(sums))
const codes = ({ problems }: { problems: readonly { code: string }[] }) =>
  problems.map(({ code }) => code)

test('a sound recording is what was written, to the last byte', async () => {
  const { bytes, sums } = await summedRecording()
  const report = await check(bytes, sums)
  expect(report).toMatchObject({ closed: true, problems: [], damaged: [], uncheckedBytes: 0 })
  expect(report.checkedBytes).toBe(bytes.length)
  expect(report.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(report.blocks).toBeGreaterThan(20)
})

describe('10,000 flipped bits', () => {
  test('are found, every one, at the place', async () => {
    const { bytes, sums } = await summedRecording()
    const next = random(20261121)
    const missed: string[] = []
    for (let run = 0; run < 10_000; run++) {
      const at = Math.floor(next() * bytes.length)
      const bit = 1 << Math.floor(next() * 8)
      bytes[at]! ^= bit
      const report = await check(bytes, sums)
      bytes[at]! ^= bit
      const [damage, ...others] = report.damaged
      const isFound = damage && others.length === 0 && damage.from <= at && at < damage.to
      const isNear = isFound && damage.to - damage.from < 9000
      if (!isNear || codes(report).join() !== 'checksum-mismatch') missed.push(`${at}, ${bit}`)
    }
    expect(missed).toEqual([])
  })

  test('in the checksums themselves are told apart from damage to the recording', async () => {
    const { bytes, sums } = await summedRecording()
    const next = random(7)
    for (let run = 0; run < 1000; run++) {
      const at = Math.floor(next() * sums.length)
      const damaged = sums.slice()
      damaged[at]! ^= 1 << Math.floor(next() * 8)
      const report = await check(bytes, damaged)
      expect(report.damaged).toEqual([])
      // Of the last line's end, what is left looks like a line that was being written.
      expect(codes(report)[0]).toBe(at === sums.length - 1 ? 'not-closed' : 'damaged-checksums')
    }
  })

  test('cost no more than what they hit: the rest is read', async () => {
    const { bytes, sums } = await summedRecording()
    const sound = await openRecording(memorySource(bytes), 'sound.xdf')
    const next = random(11)
    for (let run = 0; run < 150; run++) {
      const damaged = bytes.slice()
      // The four letters at the very beginning are all that says what it is.
      const at = run < 32 ? run >> 3 : Math.floor(next() * bytes.length)
      damaged[at]! ^= 1 << (run % 8)
      expect(codes(await check(damaged, sums))).toEqual(['checksum-mismatch'])
      const recording = await openRecording(memorySource(damaged), 'damaged.xdf')
      const { framesRead } = await verifyRecording(recording)
      // A damaged description costs its stream, anything else one chunk.
      const costs = at < 12_000 ? sound.ledger.received : 10
      expect(framesRead).toBeGreaterThanOrEqual(sound.ledger.received - costs)
    }
  })
})

test('a file cut off at any of 1000 places is found out', async () => {
  const { bytes, sums, whenOpen } = await summedRecording()
  const next = random(3)
  for (let run = 0; run < 1000; run++) {
    const cut = Math.floor(next() * bytes.length)
    const closed = await check(bytes.subarray(0, cut), sums)
    expect(codes(closed)).toEqual(['truncated'])
    expect(closed.checkedBytes).toBeLessThanOrEqual(cut)
    expect(cut - closed.checkedBytes).toBeLessThan(9000)
    expect(codes(await check(bytes.subarray(0, cut), whenOpen))).toContain('truncated')
  }
})

describe('what a crash leaves', () => {
  test('a recording that was not closed is sound as far as its checksums go', async () => {
    const { bytes, whenOpen } = await summedRecording()
    const more = new Uint8Array(Buffer.concat([bytes, bytes.subarray(0, 100)]))
    const report = await check(more, whenOpen)
    expect(codes(report)).toEqual(['not-closed'])
    expect(report).toMatchObject({ closed: false, checkedBytes: bytes.length, uncheckedBytes: 100 })
  })

  test('checksums cut off anywhere never make a sound recording look damaged', async () => {
    const { bytes, sums } = await summedRecording()
    for (let cut = 30; cut < sums.length; cut += 17) {
      const report = await check(bytes, sums.subarray(0, cut))
      expect(codes(report)).toEqual(['not-closed'])
      expect(report.checkedBytes + report.uncheckedBytes).toBe(bytes.length)
    }
  })

  test('bytes behind the end were not written by the recorder', async () => {
    const { bytes, sums } = await summedRecording()
    const longer = new Uint8Array(bytes.length + 5)
    longer.set(bytes)
    expect((await check(longer, sums)).damaged).toEqual([
      { from: bytes.length, to: bytes.length + 5 },
    ])
  })

  test('a line that was taken out is found', async () => {
    const { bytes, sums } = await summedRecording()
    const lines = Buffer.from(sums).toString('latin1').split('\n')
    lines.splice(5, 1)
    const report = await check(bytes, Buffer.from(lines.join('\n'), 'latin1'))
    expect(codes(report)).toEqual(['damaged-checksums'])
    // The sum of all still vouches for every byte.
    expect(report.checkedBytes).toBe(bytes.length)
  })
})

describe('a side file that cannot be written', () => {
  test('is told of, costs the recording nothing, and is made up for', async () => {
    const [data, sums] = [new MemorySink(), new MemorySink()]
    const sink = new SummedSink(data, sums)
    const bytes = await soundRecording()
    sink.write(bytes.subarray(0, 5000))
    sink.sync()
    sums.full = true
    sink.write(bytes.subarray(5000, 9000))
    sink.sync()
    expect(sink.problem).toMatchObject({ code: 'disk-full' })
    sums.full = false
    sink.write(bytes.subarray(9000))
    sink.sync()
    expect(sink.problem).toBeNull()
    await sink.close()
    const report = await check(data.bytes, sums.bytes)
    expect(report).toMatchObject({ closed: true, problems: [], checkedBytes: bytes.length })
  })

  test('for good: the recording is whole, its checksums are as far as they go', async () => {
    const [data, sums] = [new MemorySink(), new MemorySink()]
    const sink = new SummedSink(data, sums)
    sink.write(new Uint8Array(100))
    sink.sync()
    sums.full = true
    sink.write(new Uint8Array(100))
    sink.sync()
    await sink.close()
    expect(sink.problem).toMatchObject({ code: 'disk-full' })
    const report = await check(data.bytes, sums.bytes)
    expect(codes(report)).toEqual(['not-closed'])
    expect(report).toMatchObject({ checkedBytes: 100, uncheckedBytes: 100 })
  })
})
