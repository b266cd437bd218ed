/** What a measurement needs beside the clock. */
import type { Worker } from 'node:worker_threads'
import { sleep } from '../../../src/signal/index.ts'
import { hostClock } from '../../../src/workers/index.ts'

const sampleSeconds = 0.1

export function pause(seconds: number): Promise<void> {
  return sleep(hostClock, seconds)
}

/**
 * How many bytes a thread's JavaScript allocates: the growth of its heap between looks. A look
 * during which garbage was collected counts for nothing, so the sum is a lower bound by that much.
 */
export function allocationMeter(thread: Worker): { end(): Promise<number> } {
  let allocated = 0
  let last = Number.POSITIVE_INFINITY
  let looking: Promise<void> = Promise.resolve()
  const look = async () => {
    const { used_heap_size: used } = await thread.getHeapStatistics()
    if (used > last) allocated += used - last
    last = used
  }
  const cancel = hostClock.every(sampleSeconds, () => {
    looking = looking.then(look)
  })
  return {
    async end() {
      cancel()
      await looking
      return allocated
    },
  }
}
