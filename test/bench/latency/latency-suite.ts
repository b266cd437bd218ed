/**
 * How long a sample takes from its bytes to its filtered value, to the model's answer and to a
 * client, what that costs, and how much of it this machine can carry.
 */
import { Worker } from 'node:worker_threads'
import { AcquisitionHost, serve } from '../../../src/main/index.ts'
import { openModels } from '../../../src/main/package-files.ts'
import { LatencyHistogram, type LatencySummary, summariseLatency } from '../../../src/ring/index.ts'
import type { DeviceDriver } from '../../../src/signal/index.ts'
import { hostClock } from '../../../src/workers/index.ts'
import { type BenchRow, row } from '../row.ts'
import { bareWakeUp } from './bare-wait.ts'
import type { FrameClientData } from './frame-client.ts'
import { allocationMeter, pause } from './meters.ts'
import { ringToFiltered } from './ring-to-filtered.ts'
import { type FeedShape, feederDriver } from './stream-feeder.ts'

const suite = 'latency'
/** Until V8 has compiled the loops: interpreted code makes garbage of every number it boxes. */
const settleSeconds = 15
const measureSeconds = 10
const arrivalSlots = 2 ** 20

interface Case extends FeedShape {
  readonly name: string
  readonly filteredGoalMs?: number
  readonly inferenceGoalMs?: number
  readonly coreGoal?: number
}

const cases: readonly Case[] = [
  { name: '8 × 250 Hz', channels: 8, rateHz: 250, format: 'int32' },
  {
    name: '64 × 1 kHz',
    channels: 64,
    rateHz: 1000,
    format: 'int32',
    filteredGoalMs: 1,
    inferenceGoalMs: 3,
  },
  { name: '384 × 30 kHz', channels: 384, rateHz: 30_000, format: 'int16', coreGoal: 1 },
]

export async function latencySuite(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const each of cases) rows.push(...(await wholeWay(each)))
  for (const each of cases) rows.push(...(await afterTheRing(each)))
  for (const rateHz of [1000, 30_000]) rows.push(await sustained(rateHz))
  return rows
}

/** Board bytes through host, rings and threads to a client in another thread, over a WebSocket. */
async function wholeWay(each: Case): Promise<BenchRow[]> {
  const arrivals = new SharedArrayBuffer(arrivalSlots * 8)
  const arrivedAt = new Float64Array(arrivals)
  const host = hostWith(
    feederDriver(each, (sample, time) => {
      arrivedAt[sample % arrivalSlots] = time
    }),
  )
  const serving = await serve(host, 0)
  const framed = new LatencyHistogram()
  const client = new Worker(new URL('./frame-client.ts', import.meta.url), {
    workerData: { url: serving.url, latency: framed.shared, arrivals } satisfies FrameClientData,
  })
  await host.open('bench-feeder', '', {})
  await pause(settleSeconds)
  const { filteredLatency, inferenceLatency, threads } = host.processing
  const before = [filteredLatency, inferenceLatency, framed].map((each) => each.snapshot())
  const allocation = allocationMeter(threads.process!)
  const cpu = process.cpuUsage()
  const startedAt = hostClock.now()
  await pause(measureSeconds)
  const seconds = hostClock.now() - startedAt
  const used = process.cpuUsage(cpu)
  const bytes = await allocation.end()
  const [filtered, inference, frames] = [filteredLatency, inferenceLatency, framed].map((each, i) =>
    summariseLatency(each.snapshot(), before[i]),
  )
  const lost = host.streams()[0]!.writer.lost
  await client.terminate()
  await serving.end()
  await host.end()
  return [
    ...latencyRows(each.name, 'byte-to-filtered', filtered!, each.filteredGoalMs),
    ...latencyRows(each.name, 'byte-to-inference', inference!, each.inferenceGoalMs),
    ...latencyRows(each.name, 'byte-to-frame', frames!),
    row(suite, each.name, 'CPU, all threads', (used.user + used.system) / 1e6 / seconds, 'cores', {
      ...(each.coreGoal === undefined ? {} : { atMost: each.coreGoal }),
    }),
    row(suite, each.name, 'allocated in the process thread', bytes / seconds, 'B/s'),
    row(suite, each.name, 'samples lost', lost, 'samples', { atMost: 0 }),
  ]
}

function latencyRows(
  name: string,
  metric: string,
  { p50Ms, p99Ms, p999Ms }: LatencySummary,
  goalMs?: number,
): BenchRow[] {
  const goal = goalMs === undefined ? {} : { atMost: goalMs }
  return [
    row(suite, name, `${metric} p50`, p50Ms, 'ms'),
    row(suite, name, `${metric} p99`, p99Ms, 'ms', goal),
    row(suite, name, `${metric} p99.9`, p999Ms, 'ms'),
  ]
}

/** From the ring to the filtered value, beside a thread that does nothing but wake up. */
async function afterTheRing(each: Case): Promise<BenchRow[]> {
  const periodSeconds = Math.max(0.001, 1 / each.rateHz)
  const [bare, filtered] = await ringToFiltered(each, periodSeconds, measureSeconds, bareWakeUp)
  const peer = 'bare Atomics.wait'
  return [
    row(suite, each.name, 'ring-to-filtered p50', filtered.p50Ms, 'ms', {
      peer: [peer, bare.p50Ms],
    }),
    row(suite, each.name, 'ring-to-filtered p99', filtered.p99Ms, 'ms', {
      peer: [peer, bare.p99Ms],
      atMost: 2,
    }),
  ]
}

/** Twice as many channels until the process thread falls behind its ring. */
async function sustained(rateHz: number): Promise<BenchRow> {
  let carried = 0
  for (let channels = 32; channels <= 4096; channels *= 2) {
    if (!(await keepsUp({ channels, rateHz, format: 'int16' }))) break
    carried = channels
  }
  return row(suite, `at ${rateHz} Hz`, 'channels sustained', carried, 'channels')
}

async function keepsUp(shape: FeedShape): Promise<boolean> {
  const host = hostWith(feederDriver(shape, () => {}))
  await host.open('bench-feeder', '', {})
  await pause(3)
  const before = host.processing.filteredLatency.snapshot()
  await pause(2)
  const { count, p99Ms } = summariseLatency(host.processing.filteredLatency.snapshot(), before)
  await host.end()
  return count > 0 && p99Ms < 100
}

function hostWith(driver: DeviceDriver<Record<string, never>>): AcquisitionHost {
  return new AcquisitionHost({
    clock: hostClock,
    drivers: new Map([[driver.id, driver]]),
    transports: {
      serial: undefined as never,
      lsl: undefined as never,
      ble: undefined as never,
      network: undefined as never,
    },
    models: openModels(),
    folder: process.cwd(),
  })
}
