import { describe, expect, it } from 'vitest'
import { summariseLatency } from './histogram.ts'
import { StageMeters, stages } from './stage-meters.ts'
import { TraceRing } from './trace-ring.ts'
import { WaitStamp } from './wait-stamp.ts'

describe('stage meters', () => {
  it('are seen by another thread, each stage by itself', () => {
    const host = new StageMeters()
    const thread = new StageMeters(host.shared)
    for (let n = 0; n < 100; n++) thread.record('processing', 0.002)
    const summaries = stages.map((stage) => [stage, summariseLatency(host.snapshot(stage)).count])
    expect(Object.fromEntries(summaries)).toEqual({
      acquisition: 0,
      transfer: 0,
      buffering: 0,
      processing: 100,
      storage: 0,
      delivery: 0,
    })
    expect(summariseLatency(host.snapshot('processing')).p99Ms).toBeCloseTo(2, 0)
  })

  it('take the transfer off the time since the bytes came', () => {
    const meters = new StageMeters()
    meters.recordTransfer(0.004)
    new StageMeters(meters.shared).recordBuffering(0.005)
    const { p50Ms } = summariseLatency(meters.snapshot('buffering'))
    expect(p50Ms).toBeGreaterThan(0.9)
    expect(p50Ms).toBeLessThan(1.1)
  })
})

describe('a wait stamp', () => {
  it('tells how long the oldest waited, once', () => {
    const stamp = new WaitStamp()
    const other = new WaitStamp(stamp.shared)
    expect(stamp.take(1)).toBe(-1)
    stamp.set(10)
    expect(other.isSet).toBe(true)
    expect(other.take(10.25)).toBeCloseTo(0.25, 6)
    expect(other.take(10.5)).toBe(-1)
  })

  it('counts on over its wrap', () => {
    const wrapSeconds = 2 ** 31 / 1e6
    const stamp = new WaitStamp()
    stamp.set(wrapSeconds - 0.001)
    expect(stamp.take(wrapSeconds + 0.001)).toBeCloseTo(0.002, 5)
  })
})

describe('a trace ring', () => {
  it('holds what the thread added while it was on', () => {
    const host = new TraceRing()
    const thread = new TraceRing(host.shared)
    expect(thread.isOn).toBe(false)
    host.begin()
    expect(thread.isOn).toBe(true)
    thread.add(thread.number('filter'), 1, 0.001)
    thread.add(thread.number('quality'), 1.001, 0.002)
    host.end()
    expect(thread.isOn).toBe(false)
    expect(host.spans()).toEqual([
      { name: 'filter', start: 1, seconds: 0.001 },
      { name: 'quality', start: 1.001, seconds: 0.002 },
    ])
    expect(host.lost).toBe(0)
  })

  it('keeps the latest, and counts the others', () => {
    const trace = new TraceRing(undefined, 8)
    trace.begin()
    for (let i = 0; i < 20; i++) trace.add(trace.number('x'), i, 0)
    expect(trace.spans().map(({ start }) => start)).toEqual([12, 13, 14, 15, 16, 17, 18, 19])
    expect(trace.lost).toBe(12)
  })

  it('knows the names of a thread that died, and lets too many share one', () => {
    const trace = new TraceRing(undefined, 8)
    expect(trace.number('a')).toBe(0)
    expect(new TraceRing(trace.shared).number('a')).toBe(0)
    for (let n = 0; n < 300; n++) trace.number(`name ${n}`)
    trace.begin()
    trace.add(trace.number('one too many'), 0, 0)
    expect(trace.spans()[0]!.name).toBe('others')
  })
})
