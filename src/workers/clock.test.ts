// Every thread reads the same number line: checked by ping and pong between two threads.
import { Worker } from 'node:worker_threads'
import { afterAll, expect, it } from 'vitest'
import { hostClock } from './clock.ts'

const shared = new SharedArrayBuffer(16)
const turns = new Int32Array(shared, 0, 2)
const reading = new Float64Array(shared, 8, 1)

const worker = new Worker(
  `const { workerData } = require('node:worker_threads')
   const turns = new Int32Array(workerData.shared, 0, 2)
   const reading = new Float64Array(workerData.shared, 8, 1)
   import(workerData.clock).then(({ hostClock }) => {
     for (let turn = 0; ; ) {
       Atomics.wait(turns, 0, turn)
       turn = Atomics.load(turns, 0)
       reading[0] = hostClock.now()
       Atomics.store(turns, 1, turn)
       Atomics.notify(turns, 1)
     }
   })`,
  { eval: true, workerData: { shared, clock: new URL('./clock.ts', import.meta.url).href } },
)
afterAll(() => worker.terminate())

/** Never negative: how far the other thread's reading lies outside of ours around it. */
function outsideSeconds(turn: number): number {
  const before = hostClock.now()
  Atomics.store(turns, 0, turn)
  Atomics.notify(turns, 0)
  while (Atomics.load(turns, 1) !== turn) Atomics.wait(turns, 1, turn - 1, 1000)
  const after = hostClock.now()
  return Math.max(0, before - reading[0]!, reading[0]! - after)
}

it('a reading taken between two of another thread lies between them, to 5 µs', () => {
  const outside = Array.from({ length: 500 }, (_, turn) => outsideSeconds(turn + 1))
  expect(Math.max(...outside)).toBeLessThan(5e-6)
})
