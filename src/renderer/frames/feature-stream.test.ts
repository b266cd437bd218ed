import { describe, expect, it } from 'vitest'
import type { ViewFrames, ViewStream } from '../../contract/index.ts'
import { FeatureStream } from './feature-stream.ts'

const stream: ViewStream = {
  number: 3,
  role: 'decoder',
  device: 'd',
  source: 'eeg',
  sourceRateHz: 250,
  sourceChannels: [],
  rateHz: 20,
  channels: [{ label: 'blink', type: 'MISC', unit: '1' }],
  threshold: 0.75,
}

function answers(...values: number[]): ViewFrames {
  return {
    number: 3,
    firstSample: 0,
    frames: values.length,
    channels: 1,
    time: Float64Array.from(values, (_, i) => i / 20),
    values: Float32Array.from(values),
  }
}

describe('a feature stream', () => {
  it('counts an event where the value rises above the threshold, across messages', () => {
    const feature = new FeatureStream(stream)
    feature.append(answers(0.1, 0.8, 0.9))
    feature.append(answers(0.95, 0.2, 0.8))
    expect(feature.events).toBe(2)
  })

  it('keeps the newest frame and tells who listens', () => {
    const feature = new FeatureStream(stream)
    let told = 0
    const stop = feature.subscribe(() => told++)
    feature.append(answers(0.1, 0.2))
    expect([...feature.latest]).toEqual([Math.fround(0.2)])
    stop()
    feature.append(answers(0.3))
    expect(told).toBe(1)
    expect(feature.version).toBe(2)
  })
})
