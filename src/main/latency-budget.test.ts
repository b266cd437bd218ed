import { expect, it } from 'vitest'
import { StageMeters } from '../ring/index.ts'
import type { Clock } from '../signal/index.ts'
import { LatencyBudget } from './latency-budget.ts'

function clockByHand() {
  let tick = () => {}
  const clock: Clock = {
    now: () => 0,
    every(_seconds, each) {
      tick = each
      return () => {
        tick = () => {}
      }
    },
    after: () => () => {},
  }
  return { clock, tick: () => tick() }
}

it('adds up to the whole way, and tells of the stages that something went through', () => {
  const meters = new StageMeters()
  const budget = new LatencyBudget(clockByHand().clock, meters)
  for (let n = 0; n < 200; n++) meters.record('processing', n < 190 ? 0.001 : 0.05)
  const stages = budget.now()
  expect(stages.reduce((sum, { budgetMs }) => sum + budgetMs, 0)).toBe(100)
  const { taken } = stages.find(({ stage }) => stage === 'processing')!
  expect(taken!.p50Ms).toBeCloseTo(1, 0)
  expect(taken!.p99Ms).toBeGreaterThan(50)
  expect(stages.find(({ stage }) => stage === 'storage')!.taken).toBeNull()
})

it('forgets after ten seconds', () => {
  const meters = new StageMeters()
  const { clock, tick } = clockByHand()
  const budget = new LatencyBudget(clock, meters)
  meters.record('delivery', 2)
  const p99 = () => budget.now().find(({ stage }) => stage === 'delivery')!.taken?.p99Ms
  tick()
  expect(p99()).toBeGreaterThan(1000)
  for (let second = 0; second < 9; second++) {
    meters.record('delivery', 0.002)
    tick()
  }
  expect(p99()).toBeLessThan(3)
  for (let second = 0; second < 10; second++) tick()
  expect(p99()).toBeUndefined()
  budget.end()
})
