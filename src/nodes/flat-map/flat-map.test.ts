import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cuts, timedFrames } from '../../../test/conformance/arrivals.ts'
import { featureStream, runPorts } from '../../../test/conformance/run-ports.ts'
import { physicalChannel } from '../../signal/index.ts'

const labels = ['Fp1 alpha', 'O1 alpha', 'Cz alpha', 'O1 beta', 'Fp1 beta']
const info = {
  ...featureStream([], 4),
  channels: labels.map((label) => physicalChannel(label, 'MISC', 'uV^2')),
}
const options = {
  channels: [{ label: 'alpha' }, { label: 'ratio' }],
  rows: [{ when: "'* alpha' > 1", values: ["'* alpha'", "'* alpha' / '* beta'"] }],
}

test('a row for every electrode for which it holds, under any chunking and after any restore', () => {
  fc.assert(
    fc.property(timedFrames(5), cuts('in'), fc.array(fc.nat(9)), (frames, arrivals, at) => {
      const { out } = runPorts({
        node: 'flat-map',
        options,
        feeds: { in: { info, frames } },
        arrivals,
        restoreBefore: at,
      })
      const wanted = frames.flatMap(({ time, values }) => {
        const pairs: [number, number][] = [
          [values[0]!, values[4]!],
          [values[1]!, values[3]!],
        ]
        return pairs
          .map(([alpha, beta], row) => ({ row, alpha, ratio: Math.fround(alpha / beta) }))
          .filter(({ alpha }) => alpha > 1)
          .map(({ row, alpha, ratio }, i) => ({
            time: time + i * 1e-9,
            values: [row, alpha, ratio],
          }))
      })
      expect(out!.frames).toEqual(wanted.map((frame, index) => ({ ...frame, index })))
    }),
  )
})

test('channels have their units, and the settings tell what each row stands for', () => {
  const { out } = runPorts({
    node: 'flat-map',
    options,
    feeds: { in: { info, frames: [] } },
    arrivals: [],
  })
  expect(out!.info.channels.map(({ label, unit }) => `${label}: ${unit}`)).toEqual([
    'row: 1',
    'alpha: uV^2',
    'ratio: 1',
  ])
  expect(out!.info).toMatchObject({ nominalRateHz: 0, origin: { settings: { rows: 'Fp1, O1' } } })
})

test('what cannot be told is refused with its place', () => {
  const refused = (rows: unknown) => () =>
    runPorts({
      node: 'flat-map',
      options: { channels: [{ label: 'a' }], rows },
      feeds: { in: { info, frames: [] } },
      arrivals: [],
    })
  expect(refused([{ values: ['1', '2'] }])).toThrow(/rows.0: there are 2 values for 1 channels/)
  expect(refused([{ values: ["'* gamma'"] }])).toThrow(/rows.0: no channel of .* fits \* gamma/)
  const mixed = [
    { values: ["'O1 alpha'"] },
    { values: ["'O1 alpha' ^ 2 / 'O1 beta' ^ 1"] },
    { values: ["log('O1 alpha')"] },
  ]
  expect(refused(mixed)).toThrow(/"a" has no certain unit/)
})
