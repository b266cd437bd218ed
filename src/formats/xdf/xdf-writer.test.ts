import { describe, expect, it } from 'vitest'
import { MemorySink } from '../../../test/memory-sink.ts'
import { askPyxdf } from '../../../test/oracles/xdf-facts.ts'
import { readAll } from '../../../test/read-all.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { type Chunk, newChunkBuffer, physicalChannel, type StreamInfo } from '../../signal/index.ts'
import { memorySource } from '../io.ts'
import { openRecording } from '../open.ts'
import { summarise } from '../recording.ts'
import { bufferBytes, XdfWriter } from './xdf-writer.ts'

const startedAt = new Date('2026-01-02T03:04:05.678Z')

function newRecording() {
  const sink = new MemorySink()
  return { sink, writer: new XdfWriter(sink, { startedAt }) }
}

function info(id: string, channels = 2, rateHz = 100): StreamInfo {
  return {
    id,
    name: id,
    type: 'EEG',
    sampleFormat: 'int32',
    nominalRateHz: rateHz,
    channels: Array.from({ length: channels }, (_, i) => physicalChannel(`c${i}`, 'EEG', 'uV')),
    origin: { source: 'test' },
  }
}

const plain = { deviceTime: false, sequence: false }

function chunkAt(firstSample: number, frames: number, channels = 2): Chunk {
  const chunk = newChunkBuffer({ format: 'int32', channels, maxFrames: frames })
  chunk.firstSample = firstSample
  chunk.frames = frames
  for (let i = 0; i < frames; i++) {
    chunk.time[i] = 50 + (firstSample + i) / 100
    chunk.hostTime[i] = chunk.time[i]! + 0.5
    for (let c = 0; c < channels; c++) chunk.data[i * channels + c] = firstSample + i + 1000 * c
  }
  return chunk
}

const open = (sink: MemorySink) => openRecording(memorySource(sink.bytes), 'recorded')

/** Tags and stream ids of all chunks; fails where the bytes are not whole chunks. */
function chunksIn(bytes: Uint8Array): { tag: number; stream: number; content: Uint8Array }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const chunks = []
  let offset = 4
  while (offset < bytes.length) {
    const size = bytes[offset]!
    const length = size === 1 ? bytes[offset + 1]! : view.getUint32(offset + 1, true)
    const start = offset + 1 + size
    const tag = view.getUint16(start, true)
    const named = tag !== 1 && tag !== 5
    const stream = named ? view.getUint32(start + 2, true) : 0
    chunks.push({ tag, stream, content: bytes.subarray(start + (named ? 6 : 2), start + length) })
    offset = start + length
  }
  expect(offset).toBe(bytes.length)
  return chunks
}

describe('the file is whole after every flush', () => {
  it('hands over whole chunks in one write, and nothing before', () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('a'), plain)
    writer.write('a', chunkAt(0, 10))
    expect(sink.writes).toEqual([])
    for (let i = 1; i <= 5; i++) {
      writer.write('a', chunkAt(10 * i, 10))
      writer.marker({ time: 50, label: 'Grüße', durationSeconds: 0, source: 'test' })
      writer.tick(50 + 4 * i)
      writer.flush()
      expect(sink.writes).toHaveLength(i)
      chunksIn(sink.bytes)
    }
    writer.flush()
    expect(sink.writes).toHaveLength(5)
    expect(sink.synced).toBe(0)
  })

  it('markers and gaps have their streams from the beginning', () => {
    const { sink, writer } = newRecording()
    writer.flush()
    expect(chunksIn(sink.bytes).map(({ tag, stream }) => [tag, stream])).toEqual([
      [1, 0],
      [2, 1],
      [2, 2],
      [2, 3],
    ])
  })

  it('flushes by itself when the buffer is full, never beyond its limit', async () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('wide', 384, 30_000), plain)
    for (let i = 0; i < 40; i++) writer.write('wide', chunkAt(i * 300, 300, 384))
    expect(sink.writes.length).toBeGreaterThan(3)
    expect(Math.max(...sink.writes)).toBeLessThanOrEqual(bufferBytes)
    await writer.close()
    expect((await open(sink)).streams[0]!.samples).toBe(12_000)
  })

  it('splits a chunk that is longer than the buffer', async () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('wide', 400, 100), plain)
    const chunk = chunkAt(7, 4096, 400)
    writer.write('wide', chunk)
    await writer.close()
    expect(Math.max(...sink.writes)).toBeLessThanOrEqual(bufferBytes)
    const content = (await readAll(await open(sink))).get('wide')!
    expect(content.indices).toEqual(Array.from({ length: 4096 }, (_, i) => 7 + i))
    expect(content.rows.flat()).toEqual([...chunk.data])
  })

  it('takes a stream that is added while it records', async () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('first'), plain)
    writer.write('first', chunkAt(0, 5))
    writer.tick(50)
    writer.addStream(info('second'), plain)
    writer.write('second', chunkAt(0, 7))
    await writer.close()
    const { streams } = await open(sink)
    expect(streams.map(({ info, samples }) => [info.id, samples])).toEqual([
      ['first', 5],
      ['second', 7],
    ])
  })
})

describe('tick', () => {
  it('writes a boundary every 10 s and a clock offset of 0 every 5 s for every stream', () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('a'), plain)
    const boundaries = []
    for (let now = 100; now < 131; now++) if (writer.tick(now)) boundaries.push(now)
    expect(boundaries).toEqual([100, 110, 120, 130])
    writer.flush()
    const chunks = chunksIn(sink.bytes)
    expect(chunks.filter(({ tag }) => tag === 5)).toHaveLength(4)
    for (const stream of [1, 2, 3, 4, 5]) {
      const offsets = chunks.filter((chunk) => chunk.tag === 4 && chunk.stream === stream)
      const values = offsets.map(({ content }) => {
        const view = new DataView(content.buffer, content.byteOffset, 16)
        return [view.getFloat64(0, true), view.getFloat64(8, true)]
      })
      expect(values).toEqual([100, 105, 110, 115, 120, 125, 130].map((now) => [now, 0]))
    }
  })
})

describe('every sample is accounted for', () => {
  it('a jump that nobody announced is noted as a loss', async () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('a'), plain)
    writer.write('a', chunkAt(0, 10))
    writer.write('a', chunkAt(25, 10))
    await writer.close()
    const { gaps } = (await open(sink)).streams[0]!
    expect(gaps).toEqual([
      {
        ...{ atSample: 10, lostSamples: 15, exact: true, reason: 'lost' },
        startTime: expect.closeTo(50.1, 9),
      },
    ])
  })

  it('a gap with nothing behind it counts, in the writer, the footer and the reader', async () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('a'), plain)
    writer.write('a', chunkAt(0, 10))
    writer.gap('a', { atSample: 10, lostSamples: 500, exact: false, reason: 'disconnected' })
    const account = { expected: 510, received: 10, lost: 500 }
    expect(writer.ledger('a')).toEqual(account)
    writer.flush()
    expect((await open(sink)).ledger).toEqual(account)
    await writer.close()
    const recording = await open(sink)
    expect(recording.ledger).toEqual(account)
    expect(recording.streams[0]!.gaps).toEqual([
      {
        ...{ atSample: 10, lostSamples: 500, exact: false, reason: 'disconnected' },
        startTime: expect.closeTo(50.1, 9),
      },
    ])
    expect(recording.streams[0]!.effectiveRateHz).toBeCloseTo(100, 9)
    expect(recording.streams[0]!.lastTime).toBeCloseTo(50.09, 9)
  })

  it('what is announced twice counts once', async () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('a'), plain)
    writer.write('a', chunkAt(0, 10))
    writer.gap('a', { atSample: 10, lostSamples: 5, exact: true, reason: 'overrun' })
    writer.gap('a', { atSample: 10, lostSamples: 8, exact: true, reason: 'lost' })
    writer.gap('a', { atSample: 2, lostSamples: 3, exact: true, reason: 'lost' })
    writer.write('a', chunkAt(18, 2))
    await writer.close()
    const { gaps, samples } = (await open(sink)).streams[0]!
    expect(samples).toBe(12)
    expect(
      gaps.map(({ atSample, lostSamples, reason }) => [atSample, lostSamples, reason]),
    ).toEqual([
      [10, 5, 'overrun'],
      [15, 3, 'lost'],
    ])
  })

  it('a recording that begins in the middle of a stream has lost nothing', async () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('a'), plain)
    writer.write('a', chunkAt(5000, 10))
    await writer.close()
    const recording = await open(sink)
    expect(recording.ledger).toEqual({ expected: 10, received: 10, lost: 0 })
    expect((await readAll(recording)).get('a')!.indices[0]).toBe(5000)
  })
})

describe('a full disk', () => {
  it('keeps what waits, notes what it cost, and goes on when there is room again', async () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('wide', 384), plain)
    sink.full = true
    let next = 0
    let refused = 0
    for (; next < 60; next++) {
      try {
        writer.write('wide', chunkAt(next * 100, 100, 384))
      } catch (cause) {
        expect(cause).toMatchObject({ code: 'disk-full' })
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(20)
    // Markers still find room while samples do not.
    writer.marker({ time: 60, label: 'while full', durationSeconds: 0, source: 'test' })
    expect(() => writer.flush()).toThrow(expect.objectContaining({ code: 'disk-full' }))
    sink.full = false
    for (; next < 70; next++) writer.write('wide', chunkAt(next * 100, 100, 384))
    await writer.close()
    const recording = await open(sink)
    const lost = 100 * refused
    expect(summarise(recording).ledger).toEqual({ expected: 7000, received: 7000 - lost, lost })
    expect(recording.problems).toEqual([])
    expect(recording.markers.map(({ label }) => label)).toEqual(['while full'])
    const content = (await readAll(recording)).get('wide')!
    expect(content.rows.map((row) => row[0])).toEqual(content.indices)
  })

  it('the samples in the reserve for notes do not push them out', () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('a'), plain)
    sink.full = true
    const long = 'x'.repeat(60_000)
    const mark = () => writer.marker({ time: 1, label: long, durationSeconds: 0, source: 's' })
    const fill = () => writer.write('a', chunkAt(0, 4000))
    expect(() => {
      for (let i = 0; i < 100; i++) fill()
    }).toThrow(expect.objectContaining({ code: 'disk-full' }))
    for (let i = 0; i < 5; i++) mark()
    expect(fill).toThrow(expect.objectContaining({ code: 'disk-full' }))
    mark()
    // The reserve, too, has an end.
    expect(() => {
      for (let i = 0; i < 100; i++) mark()
    }).toThrow(expect.objectContaining({ code: 'disk-full' }))
  })

  it('close may be called again, and writes one footer per stream', async () => {
    const { sink, writer } = newRecording()
    writer.addStream(info('a'), plain)
    writer.write('a', chunkAt(0, 10))
    sink.full = true
    await expect(writer.close()).rejects.toMatchObject({ code: 'disk-full' })
    expect(sink.closed).toBe(false)
    sink.full = false
    await writer.close()
    await writer.close()
    expect(sink.closed).toBe(true)
    expect(sink.synced).toBe(1)
    const footers = chunksIn(sink.bytes).filter(({ tag }) => tag === 6)
    expect(footers.map(({ stream }) => stream)).toEqual([1, 2, 3, 4, 5])
    expect(() => writer.write('a', chunkAt(10, 1))).toThrow(/after close/)
  })
})

describe('texts that are no markers', () => {
  const log = { name: 'Log', type: 'Text', sourceId: 'log-1', channels: ['who', 'what'] }
  const row = (time: number, ...texts: string[]) => ({
    time,
    label: texts.join(', '),
    durationSeconds: 0,
    source: 'Log',
    row: { stream: log, texts },
  })

  it('have a stream of their own, which pyxdf reads as it was sent', async () => {
    const { sink, writer } = newRecording()
    writer.marker(row(50, 'me', 'käme "x" <y>'))
    writer.marker({ time: 50.5, label: 'go', durationSeconds: 0, source: 'cli' })
    writer.marker(row(51, '', 'x'.repeat(70_000)))
    await writer.close()
    const [file] = await askPyxdf({
      files: [scratchFolder().write('texts.xdf', sink.bytes)],
      dejitter: false,
      values: true,
    })
    const found = file!.streams.find(({ name }) => name === 'Log')!
    expect(found).toMatchObject({
      type: 'Text',
      stamps: [50, 51],
      values: [
        ['me', 'käme "x" <y>'],
        ['', 'x'.repeat(70_000)],
      ],
    })
    expect(file!.streams.find(({ name }) => name === 'Markers')!.values).toEqual([['go']])
  })

  it('are markers where there are too many such streams', async () => {
    const { sink, writer } = newRecording()
    for (let i = 0; i < 70; i++) {
      const one = row(50, 'me', String(i))
      writer.marker({ ...one, row: { ...one.row, stream: { ...log, name: `Log ${i}` } } })
    }
    await writer.close()
    const { markers } = summarise(await open(sink))
    expect(markers).toHaveLength(70)
  })
})
