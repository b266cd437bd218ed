import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../test/device-clock.ts'
import { markerSource, parseGraphSpec } from '../graph/index.ts'
import { RingReader } from '../ring/index.ts'
import { type Marker, newChunkBuffer, type SynapseError } from '../signal/index.ts'
import { LiveGraphs } from './live-graphs.ts'
import { liveSources } from './live-sources.ts'
import { MarkerFeed } from './marker-feed.ts'

const markers = markerSource({ markers: { labels: { a: 'a*' }, settleSeconds: 0.2 } })!

function marker(time: number, label = 'a'): Marker {
  return { time, label, durationSeconds: 0, source: 'keyboard', value: time }
}

function taken(feed: MarkerFeed): number[] {
  const reader = new RingReader(feed.writer.shared, 'oldest')
  const into = newChunkBuffer({ ...feed.writer.shared.shape, maxFrames: 8 })
  const values: number[] = []
  for (let result = reader.read(into); result !== 'empty'; result = reader.read(into)) {
    for (let f = 0; f < into.frames; f++) values.push(into.time[f]!)
  }
  return values
}

describe('M3 markers on their way into a live graph', () => {
  test('they wait for earlier ones, and leave in the order of their times', () => {
    const clock = new ManualClock(100)
    const feed = new MarkerFeed('in', markers, clock)
    for (const time of [99.95, 99.9, 99.99]) expect(feed.mark(marker(time))).toBe(true)
    expect(taken(feed)).toEqual([])
    clock.advance(0.11)
    expect(taken(feed)).toEqual([99.9])
    clock.advance(1)
    expect(taken(feed)).toEqual([99.9, 99.95, 99.99])
    expect(feed.leftOut).toBe(0)
  })

  test('one that comes too late is left out, and counted; strangers are not', () => {
    const clock = new ManualClock(100)
    const feed = new MarkerFeed('in', markers, clock)
    feed.mark(marker(99.7))
    expect(feed.mark(marker(99.6))).toBe(false)
    expect(feed.mark(marker(99, 'b'))).toBe(true)
    // At the same time as the last one is not too late.
    expect(feed.mark(marker(99.7))).toBe(true)
    expect(taken(feed)).toEqual([99.7, 99.7 + 1e-9])
    expect(feed.leftOut).toBe(1)
  })

  test('one of a time to come waits until then', () => {
    const clock = new ManualClock(100)
    const feed = new MarkerFeed('in', markers, clock)
    feed.mark(marker(103))
    feed.mark(marker(100))
    clock.advance(1)
    expect(taken(feed)).toEqual([100])
    clock.advance(2.3)
    expect(taken(feed)).toEqual([100, 103])
  })

  test('a sender run wild costs markers, counted, and no memory', () => {
    const feed = new MarkerFeed('in', markers, new ManualClock(100))
    for (let n = 0; n < 5000; n++) feed.mark(marker(200 + n))
    expect(feed.leftOut).toBe(5000 - 4096)
  })
})

test('M3 every graph that reads markers is told of each; what is left out is told', () => {
  const clock = new ManualClock(100)
  const spec = parseGraphSpec({
    version: 1,
    name: 'test',
    sources: { in: { markers } },
    nodes: {},
    edges: [],
    outputs: { out: 'in' },
  })
  const sources = liveSources(spec, [], clock)
  const notices: string[] = []
  const processing = { graphs: new Map([['graph test', { id: 'graph test', sources }]]) }
  const owner = {
    clock,
    processing,
    notices: {
      add: (_about: string, _level: string, { message }: SynapseError['note']) =>
        notices.push(message),
    },
    streams: () => [],
  } as unknown as ConstructorParameters<typeof LiveGraphs>[0]
  const graphs = new LiveGraphs(owner, new Map(), null)
  graphs.marked(marker(99.5))
  graphs.marked(marker(99.4))
  expect(taken(sources.in as MarkerFeed)).toEqual([99.5])
  expect(notices).toEqual(['marking in graph test: 1 came too late for "in", and were left out'])
})
