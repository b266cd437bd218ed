/** How long an answer is waited for. */
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/device-clock.ts'
import { Replies } from './replies.ts'

function asked(seconds: number) {
  const clock = new ManualClock()
  const replies = new Replies()
  return { clock, replies, answer: replies.until('$$$', clock, seconds) }
}

test('an answer is whole with its end; without one, what came is given when the time is over', async () => {
  const whole = asked(1)
  await whole.clock.run(0.1)
  whole.replies.push(Buffer.from('System is Up$$$'))
  await whole.clock.run(0.02)
  expect(await whole.answer).toBe('System is Up$$$')
  const half = asked(0.3)
  half.replies.push(Buffer.from('System'))
  await half.clock.run(0.35)
  expect(await half.answer).toBe('System')
})

test('a host that was busy listens on: what came meanwhile is still to be handed over', async () => {
  const { clock, replies, answer } = asked(0.3)
  await clock.run(0.1)
  clock.sleepThrough(5)
  await clock.run(0.02)
  replies.push(Buffer.from('OpenBCI$$$'))
  await clock.run(0.02)
  expect(await answer).toBe('OpenBCI$$$')
})
