import { describe, expect, test } from 'vitest'
import { MarkerFrames, markerStream } from './marker-source.ts'
import { graphJsonSchema, markerSource, parseGraphSpec } from './spec.ts'

const source = markerSource({
  markers: { labels: { target: ['S  2', 'hit (*)'], other: 'S  1' }, from: ['keyboard', 'LSL*'] },
})!

function framed(markers: readonly Parameters<MarkerFrames['fill']>[0][]) {
  const frames = new MarkerFrames(source)
  return markers.flatMap((marker) => {
    if (!frames.takes(marker)) return []
    frames.fill(marker, 9)
    const { firstSample, time, hostTime, data } = frames.chunk
    return [{ firstSample, time: time[0], hostTime: hostTime[0], values: [...data] }]
  })
}

const marker = (time: number, label: string, more = {}) => {
  return { time, label, durationSeconds: 0, source: 'keyboard', ...more }
}

describe('M1 markers as a stream', () => {
  test('a channel for each kind, the value and the duration', () => {
    const info = markerStream('stimuli', source)
    expect(info.channels.map(({ label, unit }) => `${label} ${unit}`)).toEqual([
      'target 1',
      'other 1',
      'value 1',
      'duration s',
    ])
    expect(info).toMatchObject({ type: 'Markers', nominalRateHz: 0, id: 'markers/stimuli' })
    expect(
      framed([
        marker(1, 'S  2', { value: 7, durationSeconds: 0.5 }),
        marker(2, 'hit (left)'),
        marker(3, 'S  1'),
      ]),
    ).toEqual([
      { firstSample: 0, time: 1, hostTime: 9, values: [1, 0, 7, 0.5] },
      { firstSample: 1, time: 2, hostTime: 9, values: [1, 0, Number.NaN, 0] },
      { firstSample: 2, time: 3, hostTime: 9, values: [0, 1, Number.NaN, 0] },
    ])
  })

  test('a label that is a number is the value of a marker without one', () => {
    const numbers = new MarkerFrames(markerSource({ markers: { labels: { any: '*' } } })!)
    numbers.fill(marker(1, ' 12 '), 0)
    expect([...numbers.chunk.data]).toEqual([1, 12, 0])
    numbers.fill(marker(2, ''), 0)
    expect(numbers.chunk.data[1]).toBeNaN()
  })

  test('others, and those that somebody else has set, are no frames', () => {
    const strangers = [
      marker(1, 'S  3'),
      marker(1, 'xS  2'),
      marker(1, 'S  2', { source: 'udp' }),
      marker(1, 'S  2', { source: undefined }),
    ]
    expect(framed(strangers)).toEqual([])
    expect(framed([marker(1, 'S  2', { source: 'LSL of a task' })])).toHaveLength(1)
  })

  test('of those at one time each is a little later', () => {
    const times = framed([marker(5, 'S  1'), marker(5, 'S  2'), marker(6, 'S  1')])
    expect(times.map(({ time }) => time)).toEqual([5, 5 + 1e-9, 6])
  })

  test('other labels, another stream: a graph that names others is bound anew', () => {
    const other = markerSource({ markers: { labels: { target: 'S  2', other: 'S  9' } } })!
    expect(markerStream('stimuli', other)).not.toEqual(markerStream('stimuli', source))
  })
})

describe('M1, M4 what a source of markers may say', () => {
  const spec = (markers: object) => ({
    version: 1,
    name: 'test',
    sources: { in: markers },
    nodes: {},
    edges: [],
    outputs: {},
  })
  const labels = { a: 'A' }

  test.each([
    [{ markers: { labels: {} } }, /sources.in.markers.labels: .*one kind/],
    [{ markers: { labels: { value: 'x' } } }, /value and duration are channels already/],
    [{ markers: { labels }, type: 'EEG' }, /leave out stream and type/],
    [
      { markers: { labels, settleSeconds: 1 }, watermark: { idleSeconds: 1 } },
      /idleSeconds must be more than markers.settleSeconds, 1/,
    ],
  ])('%j is refused', (source, message) => {
    expect(() => parseGraphSpec(spec(source))).toThrow(message)
  })

  test('the schema has it', () => {
    expect(JSON.stringify(graphJsonSchema())).toContain('settleSeconds')
  })
})
