import fc from 'fast-check'
import { expect, test } from 'vitest'
import { featureStream, runPorts } from '../../../test/conformance/run-ports.ts'

const info = featureStream(['score', 'value'], 10)
const values = fc.array(fc.tuple(fc.oneof(fc.constant(Number.NaN), fc.nat(10)), fc.nat(10)), {
  maxLength: 60,
})

test('the frames for which the condition holds stay, in their order, under any chunking', () => {
  fc.assert(
    fc.property(values, fc.array(fc.nat(9)), fc.nat(5), (rows, cuts, restore) => {
      const frames = rows.map((row, i) => ({ time: i / 10, values: row }))
      const { out } = runPorts({
        node: 'keep',
        options: { condition: 'score >= 5 and value < 8' },
        feeds: { in: { info, frames } },
        arrivals: cuts.map((cut) => ({ port: 'in', frames: cut })),
        restoreBefore: [restore],
      })
      const wanted = frames.filter(({ values: [score, value] }) => score! >= 5 && value! < 8)
      expect(out!.frames).toEqual(wanted.map((frame, index) => ({ ...frame, index })))
    }),
  )
})

test('blank keeps rate and index, and takes the values away', () => {
  const frames = [
    { time: 0, values: [9, 1] },
    { time: 1, values: [1, 2] },
  ]
  const options = { condition: 'score above 5', otherwise: 'blank' }
  const { out } = runPorts({ node: 'keep', options, feeds: { in: { info, frames } }, arrivals: [] })
  expect(out!.info.nominalRateHz).toBe(10)
  expect(out!.frames.map(({ index, values: each }) => [index, ...each])).toEqual([
    [0, 9, 1],
    [1, Number.NaN, Number.NaN],
  ])
})
