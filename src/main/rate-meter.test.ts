import { expect, test } from 'vitest'
import { ManualClock } from '../../test/device-clock.ts'
import { RateMeter } from './rate-meter.ts'

function metered(rateHz: (seconds: number) => number) {
  const clock = new ManualClock(0)
  let samples = 0
  const meter = new RateMeter(() => samples, clock)
  const look = (seconds: number) => {
    samples += rateHz(clock.now()) * seconds
    clock.advance(seconds)
    return meter.rateHz()
  }
  return { meter, look }
}

test('until half a second has passed there is nothing to tell', () => {
  const { meter, look } = metered(() => 250)
  expect(meter.rateHz()).toBe(0)
  expect(look(0.25)).toBe(0)
  expect(look(0.5)).toBeCloseTo(250)
})

test('the rate is that of the last ten seconds: what was before is forgotten', () => {
  const { look } = metered((seconds) => (seconds < 60 ? 250 : 125))
  let rate = 0
  for (let i = 0; i < 240; i++) rate = look(0.25)
  expect(rate).toBeCloseTo(250)
  for (let i = 0; i < 20; i++) rate = look(0.25)
  expect(rate).toBeCloseTo(187.5, -1)
  for (let i = 0; i < 24; i++) rate = look(0.25)
  expect(rate).toBeCloseTo(125)
})

test('somebody who looks once a minute sees the minute', () => {
  const { look } = metered(() => 100)
  look(60)
  expect(look(60)).toBeCloseTo(100)
  expect(look(60)).toBeCloseTo(100)
})
