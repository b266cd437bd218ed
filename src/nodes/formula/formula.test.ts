import { expect, test } from 'vitest'
import { featureStream, runPorts } from '../../../test/conformance/run-ports.ts'
import { physicalChannel, type StreamInfo } from '../../signal/index.ts'

const powers: StreamInfo = {
  ...featureStream([], 4),
  type: 'Features',
  channels: ['Fp1 theta', 'Fp1 beta', 'O1 theta', 'O1 beta', 'Cz theta'].map((label) =>
    physicalChannel(label, 'MISC', 'uV^2'),
  ),
}
const eeg: StreamInfo = {
  ...featureStream([], 250),
  type: 'EEG',
  channels: ['C3', 'C4'].map((label) => physicalChannel(label, 'EEG', 'uV')),
}

function run(info: StreamInfo, options: Record<string, unknown>) {
  const values = info.channels.map((_, c) => c + 1)
  const feeds = { in: { info, frames: [{ time: 1, values }] } }
  const { out } = runPorts({ node: 'formula', options, feeds, arrivals: [] })
  return {
    type: out!.info.type,
    channels: out!.info.channels.map(({ label, type, unit }) => [label, type, unit].join('|')),
    values: out!.frames[0]!.values,
  }
}

test('a * makes one channel for every electrode that has all the names', () => {
  const channels = [{ label: '* ratio', expression: "'* theta' / '* beta'" }]
  expect(run(powers, { channels })).toEqual({
    type: 'Features',
    channels: ['Fp1 ratio|MISC|1', 'O1 ratio|MISC|1'],
    values: [0.5, 0.75],
  })
})

test('a * inside a function takes every channel that fits, also beside one outside', () => {
  const channels = [{ label: '* above', expression: "'* theta' - mean('* theta')" }]
  expect(run(powers, { channels }).values).toEqual([-2, 0, 2])
})

test('units follow from the expression, types from the channels', () => {
  const channels = [
    { label: 'C3-C4', expression: 'C3 - C4' },
    { label: 'power', expression: 'C3 * C3 + C4 ^ 2' },
    { label: 'size', expression: 'sqrt(mean(C3 ^ 2, C4 ^ 2))' },
    { label: 'high', expression: 'max(C3, C4) > 1.5' },
    { label: 'level', expression: '10 * log10(C4 / C3)' },
  ]
  expect(run(eeg, { channels, keepInput: true })).toMatchObject({
    type: 'Features',
    channels: [
      'C3|EEG|uV',
      'C4|EEG|uV',
      'C3-C4|EEG|uV',
      'power|MISC|uV^2',
      'size|EEG|uV',
      'high|MISC|1',
      'level|MISC|1',
    ],
  })
  expect(run(eeg, { channels: channels.slice(0, 1) }).type).toBe('EEG')
})

test('what cannot be told, or is told twice, is refused', () => {
  const refused = (channels: unknown) => () => run(eeg, { channels })
  expect(refused([{ label: 'x', expression: 'C3 + C4 ^ 2' }])).toThrow(/does not tell its unit/)
  expect(refused([{ label: 'x', expression: "'C*'" }])).toThrow(/must both have a \*/)
  const twice = [
    { label: 'x', expression: 'C3' },
    { label: 'x', expression: 'C4' },
  ]
  expect(refused(twice)).toThrow(/two are called "x"/)
  const raw = { ...eeg, channels: [{ ...eeg.channels[0]!, scale: 0.02 }] }
  expect(() => run(raw, { channels: [{ label: 'x', expression: 'C3' }] })).toThrow(/"C3".*is raw/)
})
