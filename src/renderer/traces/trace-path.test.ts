import { describe, expect, it } from 'vitest'
import type { ViewStream } from '../../contract/index.ts'
import { TraceBuffer } from '../frames/trace-buffer.ts'
import { traceRun } from './trace-path.ts'

const channel = { label: 'Cz', type: 'EEG', unit: 'uV' }
const stream: ViewStream = {
  number: 1,
  role: 'display',
  device: 'd',
  source: 's',
  sourceRateHz: 10,
  sourceChannels: [channel],
  rateHz: 10,
  channels: [channel, channel],
}
const scale = { seconds: 10, width: 100, centreY: 50, pixelsPerUnit: -1, top: 0, bottom: 100 }

/** The path of bins given as pairs of lowest and highest value. */
function pathOf(pairs: number[][], run = { from: 0, to: pairs.length, joined: false }): string {
  const buffer = new TraceBuffer(stream, false, 64)
  buffer.append({
    number: 1,
    firstSample: 0,
    frames: pairs.length,
    channels: 2,
    time: Float64Array.from(pairs, (_, i) => i / 10),
    values: Float32Array.from(pairs.flat()),
  })
  const steps: string[] = []
  const step = (letter: string) => (x: number, y: number) => {
    steps.push(`${letter}${Math.round(x)},${y}`)
  }
  traceRun({ moveTo: step('M'), lineTo: step('L') }, buffer, 0, run, scale)
  return steps.join(' ')
}

describe('the path of a trace', () => {
  it('is a plain line where a bin is a single sample, positive up', () => {
    expect(
      pathOf([
        [0, 0],
        [10, 10],
        [-10, -10],
      ]),
    ).toBe('M0,50 L1,40 L2,60')
  })

  it('goes through lowest and highest of each bin, the nearer one first', () => {
    expect(
      pathOf([
        [-5, 5],
        [-20, 6],
      ]),
    ).toBe('M0,55 L0,45 L1,44 L1,70')
  })

  it('stops the pen at the edges', () => {
    expect(
      pathOf([
        [0, 0],
        [900, 900],
      ]),
    ).toBe('M0,50 L1,0')
  })

  it('starts from the bin before when joined, without drawing it again', () => {
    expect(
      pathOf(
        [
          [-2, 2],
          [4, 4],
          [5, 5],
        ],
        { from: 1, to: 3, joined: true },
      ),
    ).toBe('M0,50 L1,46 L2,45')
  })

  it('leaves out values that are none, and draws no line across them', () => {
    expect(
      pathOf([
        [1, 1],
        [Number.NaN, Number.NaN],
        [2, 2],
        [3, 3],
      ]),
    ).toBe('M0,49 M2,48 L3,47')
  })
})
