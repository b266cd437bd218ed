import { describe, expect, it } from 'vitest'
import { readAll } from '../../../test/read-all.ts'
import { random, soundRecording } from '../../../test/sound-recording.ts'
import { XdfBuilder } from '../../../test/xdf-builder.ts'
import { SynapseError } from '../../signal/index.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import type { Recording } from '../recording.ts'

const open = (bytes: Uint8Array) => openRecording(memorySource(bytes), 'damaged.xdf')

async function openOrRefusal(bytes: Uint8Array): Promise<Recording | SynapseError> {
  try {
    return await open(bytes)
  } catch (cause) {
    if (!(cause instanceof SynapseError)) throw cause
    return cause
  }
}

/** Counts what comes out, with no demand on order: damaged stamps may point anywhere. */
async function countFrames(recording: Recording): Promise<Map<string, number>> {
  const frames = new Map<string, number>()
  for await (const item of recording.read()) {
    if (item.kind === 'chunk') {
      frames.set(item.stream, (frames.get(item.stream) ?? 0) + item.chunk.frames)
    }
  }
  return frames
}

const codes = (recording: Recording) => recording.problems.map(({ code }) => code)

describe('a file with damaged bytes', () => {
  it('2000 mutations: problems or a coded error, never another one, never a hang', async () => {
    const bytes = await soundRecording()
    const sound = await open(bytes)
    const total = sound.ledger.received
    const next = random(2)
    let kept = 0
    let refused = 0
    for (let run = 0; run < 2000; run++) {
      const mutated = mutate(bytes, next)
      const recording = await openOrRefusal(mutated)
      if (recording instanceof SynapseError) {
        expect(recording.code).toMatch(/^file-(damaged|unreadable)$/)
        refused += 1
        continue
      }
      const frames = await countFrames(recording)
      for (const { info, samples } of recording.streams) {
        // A stream of text has no chunks: its samples are markers.
        if (info.sampleFormat !== 'json') expect(frames.get(info.id) ?? 0).toBe(samples)
      }
      kept += Math.min(1, recording.ledger.received / total)
    }
    // What a few changed bytes, or a block cut out or repeated, cost on average.
    expect(refused).toBeLessThan(20)
    expect(kept / (2000 - refused)).toBeGreaterThan(0.97)
  }, 240_000)

  it('a single flipped bit costs no more than the chunk it hits', async () => {
    const bytes = await soundRecording()
    const sound = await open(bytes)
    const next = random(3)
    for (let run = 0; run < 300; run++) {
      const flipped = bytes.slice()
      // Behind the headers, whose loss would cost a stream.
      const at = 12_000 + Math.floor(next() * (bytes.length - 12_000))
      flipped[at]! ^= 1 << Math.floor(next() * 8)
      const recording = await open(flipped)
      expect(recording.ledger.received).toBeGreaterThanOrEqual(sound.ledger.received - 10)
      // Lost in the file or on the way: the account stays the same.
      for (const [i, stream] of recording.streams.entries()) {
        const before = sound.streams[i]!
        const lost = stream.gaps.reduce((sum, gap) => sum + gap.lostSamples, 0)
        expect(stream.samples + lost).toBeLessThanOrEqual(
          before.samples + before.gaps.reduce((sum, gap) => sum + gap.lostSamples, 0),
        )
      }
    }
  }, 120_000)

  it('a chunk of ours that is gone without a trace is missed, whichever it is', async () => {
    const bytes = await soundRecording()
    const seen = new Set<number>()
    for (let at = 4; at < bytes.length; ) {
      const size = bytes[at]!
      const view = new DataView(bytes.buffer, bytes.byteOffset + at + 1)
      const length = size === 1 ? view.getUint8(0) : view.getUint32(0, true)
      const end = at + 1 + size + length
      const tag = view.getUint16(size, true)
      const stream = view.getUint32(size + 2, true)
      if (tag === 3 && !seen.has(stream)) {
        seen.add(stream)
        const rest = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
        expect(codes(await open(new Uint8Array(rest)))).toContain('account-mismatch')
      }
      at = end
    }
    expect(seen.size).toBeGreaterThan(5)
  })

  it('a chunk of ours that is lost becomes a gap of its exact length', async () => {
    const bytes = await soundRecording()
    const sound = await open(bytes)
    const damaged = bytes.slice()
    const at = indexOfSamples(bytes, 4, 50)
    damaged[at] = 0 // no size of a length: the reader must look for the next chunk
    const recording = await open(damaged)
    expect(codes(recording)).toEqual(['damaged-chunk', 'unexplained-gap', 'account-mismatch'])
    const [eeg, before] = [recording.streams[0]!, sound.streams[0]!]
    expect(eeg.samples).toBe(before.samples - 10)
    expect(eeg.gaps.some((gap) => gap.reason === 'corrupt' && gap.exact)).toBe(true)
    const lost = eeg.gaps.reduce((sum, gap) => sum + gap.lostSamples, 0)
    expect(eeg.samples + lost).toBe(1200)
    const content = (await readAll(recording)).get('eeg')!
    // Values were made from the index, so this holds only if every index is right.
    expect(content.rows.map((row) => row[0])).toEqual(content.indices.map((index) => index * 10))
  })
})

describe('a companion that is damaged or missing', () => {
  it('an index that cannot be is not believed: the others and the noted gaps tell', async () => {
    const bytes = await soundRecording()
    const sound = await readAll(await open(bytes))
    for (const nth of [1, 30, 77, 78, 119]) {
      for (const index of [1e15, -1, 0.5, Number.NaN, 7]) {
        const damaged = bytes.slice()
        // Chunk head and count take 16 bytes, flag and stamp 9: then comes the first row's index.
        const at = indexOfSamples(bytes, 5, nth) + 25
        new DataView(damaged.buffer).setFloat64(at, index, true)
        const recording = await open(damaged)
        expect(codes(recording)).toEqual(['unpaired-clock'])
        const content = (await readAll(recording)).get('eeg')!
        expect(content.indices).toEqual(sound.get('eeg')!.indices)
        expect(content.gaps).toEqual(sound.get('eeg')!.gaps)
      }
    }
  })

  it('a file cut off between a chunk and its companion keeps the chunk', async () => {
    const bytes = await soundRecording()
    const recording = await open(bytes.slice(0, indexOfSamples(bytes, 5, 40)))
    expect(codes(recording)).toEqual(['unpaired-clock'])
    const { indices, hostTime, time } = (await readAll(recording)).get('eeg')!
    expect(indices).toEqual(Array.from({ length: 400 }, (_, i) => i))
    expect(hostTime[389]).toBe(time[389]! + 0.01)
    expect(hostTime.slice(390)).toEqual(time.slice(390))
  })
})

/** Where the nth samples chunk of a stream begins. */
function indexOfSamples(bytes: Uint8Array, stream: number, nth: number): number {
  const view = new DataView(bytes.buffer)
  let seen = 0
  for (let offset = 4; ; ) {
    const size = bytes[offset]!
    const length = size === 1 ? bytes[offset + 1]! : view.getUint32(offset + 1, true)
    const tag = view.getUint16(offset + 1 + size, true)
    if (tag === 3 && view.getUint32(offset + 3 + size, true) === stream && ++seen === nth) {
      return offset
    }
    offset += 1 + size + length
  }
}

function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  const kind = next()
  const at = Math.floor(next() * bytes.length)
  const length = 1 + Math.floor(next() ** 3 * 3000)
  if (kind < 0.5) {
    const changed = bytes.slice()
    const times = 1 + Math.floor(next() * 4)
    for (let i = 0; i < times; i++) {
      changed[Math.floor(next() * bytes.length)] = Math.floor(next() * 256)
    }
    return changed
  }
  const parts =
    kind < 0.65
      ? [bytes.slice(0, at), bytes.slice(at + length)] // cut out
      : kind < 0.8
        ? [bytes.slice(0, at + length), bytes.slice(at)] // repeated
        : [bytes.slice(0, at), new Uint8Array(length), bytes.slice(at + length)] // zeroed
  return new Uint8Array(Buffer.concat(parts))
}

describe('what is wrong in one place', () => {
  const rows = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => ({ stamp: 1 + (from + i) / 10, values: [from + i] }))
  const begin = () => new XdfBuilder().fileHeader().stream(1, { format: 'int16', rateHz: 10 })
  const values = async (recording: Recording) =>
    (await readAll(recording)).get('1')!.rows.map(([value]) => value)

  it('a zero-length chunk: reading goes on with the next chunk', async () => {
    const file = begin().samples(1, 'int16', rows(5)).raw([0, 0, 0, 0, 9, 9])
    file.samples(1, 'int16', rows(5, 5)).samples(1, 'int16', rows(5, 10))
    const recording = await open(file.bytes)
    expect(codes(recording)).toEqual(['damaged-chunk'])
    expect(await values(recording)).toEqual(Array.from({ length: 15 }, (_, i) => i))
  })

  it('a chunk among nothing that makes sense: it is found behind its boundary', async () => {
    const file = begin().samples(1, 'int16', rows(5)).raw(new Uint8Array(3_000_000))
    file.boundary().samples(1, 'int16', rows(5, 5)).raw([0, 0, 0])
    const recording = await open(file.bytes)
    expect(codes(recording)).toEqual(['damaged-chunk', 'truncated'])
    expect(await values(recording)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('zeros at the end, as a crashed file system leaves them', async () => {
    const file = begin().samples(1, 'int16', rows(5)).raw(new Uint8Array(5000))
    const recording = await open(file.bytes)
    expect(codes(recording)).toEqual(['damaged-chunk'])
    expect(recording.streams[0]!.samples).toBe(5)
  })

  it('a length that lies, too long and too short: the rows themselves say where they end', async () => {
    for (const lie of [1_000_000, 3, 60]) {
      const file = begin()
      const at = file.length
      file.samples(1, 'int16', rows(50)).samples(1, 'int16', rows(50, 50))
      const { bytes } = file
      new DataView(bytes.buffer).setUint32(at + 1, lie, true)
      const recording = await open(bytes)
      expect(await values(recording)).toEqual(Array.from({ length: 100 }, (_, i) => i))
      expect(codes(recording)).toEqual(['damaged-chunk'])
    }
  })

  it('a row count that lies: the length says how many there are', async () => {
    for (const count of [3, 1_000_000, 2 ** 32 - 1]) {
      const file = begin().samples(1, 'int16', rows(50), count).samples(1, 'int16', rows(50, 50))
      const recording = await open(file.bytes)
      expect(await values(recording)).toEqual(Array.from({ length: 100 }, (_, i) => i))
      expect(codes(recording)).toEqual(['damaged-chunk'])
    }
  })

  it('a footer that is wrong or no XML is of no consequence', async () => {
    const file = begin().samples(1, 'int16', rows(5))
    file.footer(1, '<?xml version="1.0"?><info><sample_count>99.5</sample_count>')
    const recording = await open(file.bytes)
    expect(recording.streams[0]).toMatchObject({ samples: 5 })
    expect(recording.problems).toEqual([])
  })

  it('boundaries, footers and clock offsets that lie about their length cost nothing', async () => {
    for (const kind of ['boundary', 'footer', 'offset']) {
      const file = begin().samples(1, 'int16', rows(5))
      const at = file.length
      if (kind === 'boundary') file.boundary()
      if (kind === 'footer') file.footer(1, '<info><sample_count>5</sample_count></info>')
      if (kind === 'offset') file.clockOffset(1, 1, 0)
      const { bytes } = file.samples(1, 'int16', rows(20, 5)).samples(1, 'int16', rows(5, 25))
      bytes[at + 1] = bytes[at + 1]! + 29
      const recording = await open(bytes)
      expect(await values(recording)).toEqual(Array.from({ length: 30 }, (_, i) => i))
      expect(codes(recording)).toEqual(['damaged-chunk'])
    }
  })

  it('chunks of unknown kind and samples of an unknown stream are stepped over', async () => {
    const file = begin().chunk(77, new Uint8Array(10)).samples(9, 'int16', rows(5))
    const recording = await open(file.samples(1, 'int16', rows(5)).bytes)
    expect(codes(recording)).toEqual(['unknown-chunk', 'orphan-samples'])
    expect(recording.streams[0]!.samples).toBe(5)
  })

  it('a stamp or a clock offset that is NaN harms only itself', async () => {
    const file = begin().samples(1, 'int16', [
      ...rows(5),
      { stamp: Number.NaN, values: [5] },
      ...rows(5, 6),
    ])
    for (const time of [1, 2, 3]) file.clockOffset(1, time, time === 2 ? Number.NaN : 0.5)
    const recording = await open(file.bytes)
    expect(codes(recording)).toEqual(['bad-time', 'bad-clock-offset'])
    const { time } = (await readAll(recording)).get('1')!
    for (const [i, each] of time.entries()) expect(each).toBeCloseTo(1.5 + i / 10, 9)
  })

  it('a header of which the length lies is found by its last tag', async () => {
    const file = new XdfBuilder().fileHeader()
    const at = file.length
    file.stream(1, { format: 'int16', rateHz: 10 }).samples(1, 'int16', rows(5))
    const { bytes } = file
    new DataView(bytes.buffer).setUint32(at + 1, 12, true)
    expect((await open(bytes)).streams[0]!.samples).toBe(5)
  })
})
