/** The floor: a thread that does nothing but wait for a bell, and says how long the wake-up took. */
import { Worker, workerData } from 'node:worker_threads'
import {
  Bell,
  LatencyHistogram,
  type LatencySummary,
  summariseLatency,
} from '../../../src/ring/index.ts'
import { hostClock } from '../../../src/workers/index.ts'

interface BareWaitData {
  readonly bell: SharedArrayBuffer
  readonly rungAt: SharedArrayBuffer
  readonly latency: SharedArrayBuffer
}

/** @param ringing rings at the cadence of the case that it is compared with */
export async function bareWakeUp(periodSeconds: number, seconds: number): Promise<LatencySummary> {
  const bell = new Bell()
  const rungAt = new Float64Array(new SharedArrayBuffer(8))
  const latency = new LatencyHistogram()
  const data: BareWaitData = {
    bell: bell.shared,
    rungAt: rungAt.buffer as SharedArrayBuffer,
    latency: latency.shared,
  }
  const worker = new Worker(new URL(import.meta.url), { workerData: data })
  await new Promise((resolve) => worker.once('online', resolve))
  const cancel = hostClock.every(periodSeconds, () => {
    rungAt[0] = hostClock.now()
    bell.ring()
  })
  await new Promise((resolve) => setTimeout(resolve, 500))
  const before = latency.snapshot()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  cancel()
  await worker.terminate()
  return summariseLatency(latency.snapshot(), before)
}

function waitForEver({ bell, rungAt, latency }: BareWaitData): never {
  const [waiting, time, histogram] = [
    new Bell(bell),
    new Float64Array(rungAt),
    new LatencyHistogram(latency),
  ]
  for (;;) {
    const heard = waiting.heard()
    waiting.wait(heard, 1000)
    histogram.record(hostClock.now() - time[0]!)
  }
}

if (workerData && 'rungAt' in workerData) waitForEver(workerData as BareWaitData)
