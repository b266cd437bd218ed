import { expect, test } from 'vitest'
import { runNode, type TestSignal } from '../../../test/conformance/run-node.ts'
import { physicalChannel } from '../../signal/index.ts'

const signal = (labels: readonly string[]): TestSignal => ({
  samples: 200,
  value: (sample, channel) => sample + channel / 8,
  info: {
    id: 'test',
    name: 'EEG',
    type: 'EEG',
    sampleFormat: 'float32',
    nominalRateHz: 250,
    channels: labels.map((label) => physicalChannel(label, 'EEG', 'uV', [-1, 1])),
    origin: { source: 'test' },
  },
})

const ten = signal(['C3', 'Fp1', 'Cz', 'C4', 'Fp2', 'O1', 'O2', 'T7', 'T8', 'Pz'])

function run(channels: unknown, on = ten) {
  return runNode({ node: 'select', options: { channels }, signal: on, chunks: [7, 64] })
}

test('channels come in the order asked for, by label and by index, with their descriptions', () => {
  const { info, frames } = run(['Pz', 0, 'Fp1'])
  expect(info.channels).toEqual([9, 0, 1].map((index) => ten.info.channels[index]))
  expect(frames).toHaveLength(200)
  for (const [sample, , ...values] of frames) {
    expect(values).toEqual([9, 0, 1].map((index) => sample! + index / 8))
  }
})

test('frontal keeps the channels where blinks show most', () => {
  expect(run('frontal').info.channels.map(({ label }) => label)).toEqual(['Fp1', 'Fp2'])
})

test('a channel that is not there is refused, and the refusal names those that are', () => {
  const refused = (channels: unknown, on = ten) => {
    try {
      run(channels, on)
    } catch (error) {
      return error as { code: string; message: string; remedy: string }
    }
    throw new Error('was not refused')
  }
  const label = refused(['Fpz'])
  expect(label).toMatchObject({ code: 'graph-invalid', message: expect.stringContaining('"Fpz"') })
  expect(label.remedy).toContain('C3, Fp1, Cz')
  expect(refused([10]).remedy).toContain('from 0 to 9')
  expect(refused(['Cz', 2]).message).toContain('twice')
  expect(refused(['X'], signal(['X', 'X'])).remedy).toContain('0, 1')
  expect(refused([]).code).toBe('bad-option')
  expect(refused(undefined).code).toBe('bad-option')
})
