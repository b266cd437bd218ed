import { describe, expect, it } from 'vitest'
import type { ViewFrames, ViewStream } from '../../contract/index.ts'
import { TraceBuffer } from './trace-buffer.ts'

const channel = { label: 'Fp1', type: 'EEG', unit: 'uV' }

function streamOf(channels: number, rateHz = 100): ViewStream {
  return {
    number: 1,
    role: 'display',
    device: 'd',
    source: 'd/eeg',
    sourceRateHz: 250,
    sourceChannels: Array.from({ length: channels }, () => channel),
    rateHz,
    channels: Array.from({ length: channels * 2 }, () => channel),
  }
}

/** Bins whose lowest and highest value are their index, plus 1000 per channel. */
function bins(first: number, count: number, channels = 2): ViewFrames {
  const values = new Float32Array(count * channels * 2)
  for (let i = 0; i < values.length; i++) {
    values[i] = first + Math.floor(i / (channels * 2)) + Math.floor((i % (channels * 2)) / 2) * 1000
  }
  const time = Float64Array.from({ length: count }, (_, i) => (first + i) / 100)
  return { number: 1, firstSample: first, frames: count, channels: channels * 2, time, values }
}

describe('a trace buffer', () => {
  it('keeps the newest bins and forgets the oldest', () => {
    const buffer = new TraceBuffer(streamOf(2), false, 16)
    for (let i = 0; i < 10; i++) buffer.append(bins(i * 4, 4))
    expect(buffer.end).toBe(40)
    expect(buffer.start).toBe(24)
    expect(buffer.newestTime).toBe(0.39)
    expect(buffer.values[(24 % 16) * 4]).toBe(24)
    expect(buffer.values[(39 % 16) * 4 + 2]).toBe(1039)
  })

  it('takes values as they are, where lowest and highest are the same', () => {
    const buffer = new TraceBuffer({ ...streamOf(2, 0), drawn: 'steps' }, false)
    const values = Float32Array.of(1, 2, 3, 4)
    const time = Float64Array.of(5, 9)
    buffer.append({ number: 1, firstSample: 0, frames: 2, channels: 2, time, values })
    expect(buffer.end).toBe(2)
    expect([...buffer.values.subarray(0, 8)]).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
    expect(buffer.capacity).toBeGreaterThan(1000)
  })

  it('notes a jump of the index as a gap, and forgets it with its bins', () => {
    const buffer = new TraceBuffer(streamOf(2), false, 16)
    buffer.append(bins(0, 4))
    buffer.append(bins(9, 4))
    expect(buffer.gaps).toEqual([{ position: 4, bins: 5, from: 0.03, to: 0.09 }])
    buffer.append(bins(13, 16))
    expect(buffer.gaps).toEqual([])
  })

  it('finds a position by its time', () => {
    const buffer = new TraceBuffer(streamOf(2), false, 16)
    buffer.append(bins(0, 20))
    expect(buffer.positionAt(0.1)).toBe(10)
    expect(buffer.positionAt(-1)).toBe(4)
    expect(buffer.positionAt(99)).toBe(20)
  })

  it('refuses frames that are not its own', () => {
    const buffer = new TraceBuffer(streamOf(2), false, 16)
    buffer.append(bins(0, 4, 3))
    expect(buffer.end).toBe(0)
  })

  it('takes offsets off only where no low cut does', () => {
    const raw = new TraceBuffer(streamOf(2), true, 16)
    raw.append(bins(0, 11))
    raw.recentre(0)
    expect([...raw.centre]).toEqual([5, 1005])
    const filtered = new TraceBuffer(streamOf(2), false, 16)
    filtered.append(bins(0, 11))
    filtered.recentre(0)
    expect([...filtered.centre]).toEqual([0, 0])
  })

  it('is unmoved as a copy while the original goes on', () => {
    const buffer = new TraceBuffer(streamOf(2), false, 16)
    buffer.append(bins(0, 4))
    const copy = buffer.copy()
    buffer.append(bins(4, 16))
    expect(copy.end).toBe(4)
    expect(copy.timeAt(3)).toBe(0.03)
    expect(copy.values[0]).toBe(0)
  })

  it('holds as long where samples come when they like', () => {
    const buffer = new TraceBuffer(streamOf(3, 0), true)
    for (let i = 0; i < 60; i++) buffer.append(bins(i * 25, 25, 3))
    expect(buffer.end - buffer.start).toBe(1500)
  })

  it('holds a minute, but never more memory than is reasonable', () => {
    expect(new TraceBuffer(streamOf(2), false).capacity).toBe(6200)
    expect(new TraceBuffer(streamOf(1024, 4000), false).capacity).toBeLessThan(6200)
  })
})
