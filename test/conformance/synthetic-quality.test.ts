/** The synthetic board's channels are sound, whatever of its signal is switched off. */
import { expect, test } from 'vitest'
import { electrodeNames } from '../../src/devices/_eeg/electrodes.ts'
import { EegGenerator } from '../../src/devices/_eeg/generator.ts'
import { qualityReasons } from '../../src/nodes/quality/index.ts'
import { physicalChannel, type StreamInfo } from '../../src/signal/index.ts'
import { runNode } from './run-node.ts'

const channels = 8
const rateHz = 250
const seconds = 20
const info: StreamInfo = {
  id: 'synthetic/eeg',
  name: 'Synthetic EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: electrodeNames(channels).map((label) => physicalChannel(label, 'EEG', 'uV')),
  origin: { source: 'synthetic' },
}

test.each([
  { alphaUv: 20, mainsHz: 50 },
  { alphaUv: 0, mainsHz: 50 },
  { alphaUv: 20, mainsHz: 0 },
  { alphaUv: 0, mainsHz: 0 },
])('no channel is called alone with %j', (options) => {
  for (const seed of [1, 3, 7]) {
    const samples = rateHz * seconds
    const data = new Float32Array(samples * channels)
    new EegGenerator({ channels, rateHz, seed, ...options }).fill(data, channels, samples)
    const value = (s: number, c: number) => data[s * channels + c]!
    const run = { node: 'quality', signal: { info, samples, value }, chunks: [125] }
    for (const [, , ...values] of runNode(run).frames) {
      const reasons = info.channels.map((_, c) => qualityReasons[values[c * 6 + 3]!])
      expect(reasons, `seed ${seed}`).not.toContain('alone')
    }
  }
})
