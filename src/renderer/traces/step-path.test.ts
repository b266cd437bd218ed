import { expect, test } from 'vitest'
import type { ViewStream } from '../../contract/index.ts'
import { TraceBuffer } from '../frames/trace-buffer.ts'
import { traceSteps } from './step-path.ts'

const channel = { label: 'alpha', type: 'MISC', unit: '1' }
const stream: ViewStream = {
  number: 1,
  role: 'display',
  device: 'graph g',
  source: 'graph g/alpha',
  sourceRateHz: 0,
  sourceChannels: [channel],
  rateHz: 0,
  channels: [channel],
  drawn: 'steps',
}
const scale = { seconds: 10, width: 100, centreY: 50, pixelsPerUnit: -1, top: 0, bottom: 100 }

/** Values at their times; `null` is one that was lost. */
function pathOf(given: [time: number, value: number | null][], from: number, now: number): string {
  const buffer = new TraceBuffer(stream, false, 64)
  for (const [firstSample, [time, value]] of given.entries()) {
    if (value === null) continue
    const values = Float32Array.of(value)
    const times = Float64Array.of(time)
    buffer.append({ number: 1, firstSample, frames: 1, channels: 1, time: times, values })
  }
  const steps: string[] = []
  const step = (letter: string) => (x: number, y: number) => {
    steps.push(`${letter}${Math.round(x)},${y}`)
  }
  traceSteps({ moveTo: step('M'), lineTo: step('L') }, buffer, 0, from, now, scale)
  return steps.join(' ')
}

test('a value holds until the next one, the newest up to now', () => {
  const given: [number, number][] = [
    [1, 0],
    [3, 10],
  ]
  expect(pathOf(given, 0, 5)).toBe('M10,50 L30,50 M30,50 L30,40 M30,40 L50,40')
  // What was drawn is not drawn again.
  expect(pathOf(given, 5, 6)).toBe('M50,40 L60,40')
})

test('it goes on at the left edge in the next pass over the screen', () => {
  expect(pathOf([[8, 5]], 0, 12)).toBe('M80,45 L100,45 M0,45 L20,45')
})

test('nothing is drawn where values were lost, or are no numbers', () => {
  const given: [number, number | null][] = [
    [1, 0],
    [2, null],
    [3, 10],
    [4, Number.NaN],
  ]
  expect(pathOf(given, 0, 5)).toBe('M30,40 L40,40')
})
