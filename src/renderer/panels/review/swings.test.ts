import { expect, test } from 'vitest'
import { swingsOf } from './swings.ts'

/** Pages of single samples: lowest and highest value are the same. */
function pageOf(channels: number, samples: readonly (readonly number[])[]) {
  const values = Float32Array.from(
    samples.flatMap((frame) => frame.flatMap((each) => [each, each])),
  )
  const time = Float64Array.from(samples, (_, i) => i)
  return { time, values, points: samples.length, stride: channels * 2 }
}

const byThree = (time: number) => Math.floor(time / 3)

test('samples that do not swing by themselves swing together', () => {
  const page = pageOf(1, [[1], [-1], [4], [2], [2], [2], [0]])
  expect([...swingsOf(page, byThree)]).toEqual([
    [0, 5],
    [1, 0],
    [2, 0],
  ])
})

test('one wild channel is not taken for all, and what has no value has no swing', () => {
  const nothing = Number.NaN
  const page = pageOf(3, [
    [0, 0, 0],
    [1, 2, 9000],
    [1, 1, -9000],
    [nothing, nothing, nothing],
  ])
  expect(swingsOf(page, byThree).get(0)).toBe(2)
  expect(swingsOf(page, byThree).get(1)).toBeNaN()
})
