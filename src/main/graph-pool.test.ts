import { expect, test } from 'vitest'
import { SynapseError } from '../signal/index.ts'
import { GraphPool } from './graph-pool.ts'

/** An instance that ends when it is told to. */
function instance() {
  let end = (_failure?: Error) => {}
  const ended = new Promise<string>((resolve, reject) => {
    end = (failure) => (failure ? reject(failure) : resolve('done'))
  })
  let began = false
  return {
    run: () => {
      began = true
      return ended
    },
    end: (failure?: Error) => end(failure),
    get began() {
      return began
    },
  }
}

test('P1 so many run, so many wait in their order, and the next one is refused', async () => {
  const pool = new GraphPool({ mostRunning: 2, mostWaiting: 2 })
  const all = [instance(), instance(), instance(), instance(), instance()]
  const runs = all.map((each, i) => pool.run(`number ${i}`, each.run))
  const refusal = await runs[4]!.catch((error) => error)
  expect(refusal).toBeInstanceOf(SynapseError)
  expect(refusal.code).toBe('pool-full')
  expect(refusal.message).toBe('starting number 4: 2 run and 2 wait already')
  expect(all.map(({ began }) => began)).toEqual([true, true, false, false, false])
  expect([pool.running, pool.waiting]).toEqual([2, 2])
  all[1]!.end()
  await runs[1]
  await Promise.resolve()
  expect(all.map(({ began }) => began)).toEqual([true, true, true, false, false])
  for (const each of all) each.end()
  expect(await Promise.all(runs.slice(0, 4))).toEqual(['done', 'done', 'done', 'done'])
  expect([pool.running, pool.waiting]).toEqual([0, 0])
})

test('P1 an instance that fails makes room for the next', async () => {
  const pool = new GraphPool({ mostRunning: 1, mostWaiting: 1 })
  const [first, second] = [instance(), instance()]
  const runs = [pool.run('first', first.run), pool.run('second', second.run)]
  first.end(new Error('no'))
  await expect(runs[0]).rejects.toThrow('no')
  second.end()
  expect(await runs[1]).toBe('done')
  expect(pool.running).toBe(0)
})
