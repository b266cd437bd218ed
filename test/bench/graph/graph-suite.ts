/**
 * The graph engine: records through map, filter, window and aggregate beside RxJS, Node's streams,
 * Bytewax and ezmsg in one run, all with the same result; then what a signal costs in it.
 */
import { type BenchRow, row } from '../row.ts'
import { type Chain, idleLatenciesMs, type Outcome, percentile } from './chain.ts'
import { rxjsChain, streamsChain } from './javascript-chains.ts'
import { ourChain } from './our-chain.ts'
import { pythonChains } from './python-chains.ts'
import { assertSame, expectedWindows, newRecords, type Records } from './records.ts'
import {
  channels,
  chunkTimesMs,
  memoryOverAnHour,
  powerSpec,
  rateHz,
  tenNodes,
  throughput,
} from './signal-graph.ts'

const suite = 'graph'
const rounds = 3
/** More, because little is to be told from nothing. */
const meterRounds = 11
/** Records in a chunk where they come in columns. */
const columnar = 1000
const goalPerSecond = 1e6
const goalP99Ms = 20
/** A slow peer gets fewer: its rate does not depend on how many. */
const recordCounts: Readonly<Record<string, number>> = { Bytewax: 100_000, ezmsg: 20_000 }
const usualCount = 1_000_000

interface Measured {
  readonly name: string
  readonly perSecond: number
  readonly offered: number
  readonly p99Ms: number
}

export async function graphSuite(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  rows.push(...(await chainRows('per record', 1, [rxjsChain, streamsChain])))
  rows.push(...(await chainRows(`chunks of ${columnar}`, columnar, [])))
  rows.push(...signalRows())
  rows.push(...meterRows())
  rows.push(...memoryRows())
  return rows
}

async function chainRows(
  way: string,
  perMessage: number,
  inProcess: readonly Chain[],
): Promise<BenchRow[]> {
  const name = `map, filter, window, aggregate: ${way}`
  const ours = await measure(ourChain(perMessage), usualCount)
  const peers: Measured[] = []
  for (const chain of inProcess) peers.push(await measure(chain, usualCount))
  for (const chain of await pythonChains(perMessage)) {
    const count = perMessage > 1 ? usualCount : recordCounts[chain.name]!
    peers.push(await measure(chain, count))
  }
  const idleP99Ms = Math.min(
    ...Array.from({ length: rounds }, () => percentile(idleLatenciesMs(ours.offered), 0.99)),
  )
  const own = [
    { ...row(suite, name, 'records', ours.perSecond / 1e6, 'M/s'), ...atLeast(ours.perSecond) },
    row(suite, name, `p99 at ${inMillions(ours.offered)}`, ours.p99Ms, 'ms', { atMost: goalP99Ms }),
    row(suite, name, 'p99', ours.p99Ms, 'ms', { peer: ['the same loop, idle', idleP99Ms] }),
  ]
  const compared = peers.flatMap((peer) => [
    row(suite, name, 'records', ours.perSecond / 1e6, 'M/s', {
      peer: [peer.name, peer.perSecond / 1e6],
    }),
    row(suite, name, 'p99', ours.p99Ms, 'ms', {
      peer: [`${peer.name} at ${inMillions(peer.offered)}`, peer.p99Ms],
    }),
  ])
  return [...own, ...compared]
}

function atLeast(perSecond: number) {
  return { goal: `≥ ${goalPerSecond / 1e6} M/s`, met: perSecond >= goalPerSecond }
}

function inMillions(perSecond: number): string {
  return `${Number((perSecond / 1e6).toPrecision(2))} M/s`
}

/**
 * The median of some rounds as fast as it goes, then some at the goal, or at half its own rate: of
 * these the one that the machine disturbed least.
 */
async function measure(chain: Chain, count: number): Promise<Measured> {
  const records = newRecords(count)
  await checked(chain, records, null)
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    rates.push(count / (await checked(chain, records, null)).cpuSeconds)
  }
  const perSecond = percentile(rates, 0.5)
  const offered = Math.min(goalPerSecond, perSecond / 2)
  const p99s: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { latenciesMs } = await checked(chain, records, offered)
    p99s.push(percentile(latenciesMs, 0.99))
  }
  return { name: chain.name, perSecond, offered, p99Ms: Math.min(...p99s) }
}

/** @throws Error when its result is not that of all */
async function checked(chain: Chain, records: Records, perSecond: number | null): Promise<Outcome> {
  const outcome = await chain.run(records, perSecond)
  assertSame(chain.name, outcome.windows, expectedWindows(records))
  return outcome
}

function signalRows(): BenchRow[] {
  const shape = `${channels} × ${rateHz} Hz`
  const goal = 20
  const power = [8, 32].map((frames) => {
    const rates = Array.from({ length: rounds }, () => throughput(powerSpec, frames, 0.5))
    const rate = percentile(rates, 0.5) / 1e6
    const name = `notch, band pass, band power, window: ${shape}, chunks of ${frames}`
    return {
      ...row(suite, name, 'channel-samples', rate, 'M/s'),
      goal: `≥ ${goal} M/s`,
      met: rate >= goal,
    }
  })
  const ten = [1, 8].flatMap((frames) => {
    const each = Array.from({ length: rounds }, () => chunkTimesMs(tenNodes, frames, 20_000))
    const p99 = Math.min(...each.map((times) => percentile(times, 0.99)))
    const p50 = Math.min(...each.map((times) => percentile(times, 0.5)))
    const name = `ten nodes, ${shape}, chunks of ${frames}`
    return [
      row(suite, name, 'chunk p50', p50 * 1000, 'µs'),
      row(suite, name, 'chunk p99', p99 * 1000, 'µs', { atMost: 200 }),
    ]
  })
  return [...power, ...ten]
}

/** What it costs to count and time the nodes of a graph, in turns with and without. */
function meterRows(): BenchRow[] {
  return [1, 8].map((frames) => {
    throughput(tenNodes, frames, 0.5)
    throughput(tenNodes, frames, 0.5, true)
    const ratios: number[] = []
    const costs: number[] = []
    for (let round = 0; round < meterRounds; round++) {
      const plain = throughput(tenNodes, frames, 0.3)
      const metered = throughput(tenNodes, frames, 0.3, true)
      costs.push((channels * frames * 1e6) / metered)
      ratios.push(plain / metered)
    }
    const name = `ten nodes with meters, ${channels} × ${rateHz} Hz, chunks of ${frames}`
    const cost = percentile(costs, 0.5)
    const without: readonly [string, number] = ['without', cost / percentile(ratios, 0.5)]
    return row(suite, name, 'CPU per chunk', cost, 'µs', { peer: without, atMost: 1.02 })
  })
}

/** The goal: no more after an hour than after its first tenth, but for 2 %. */
function memoryRows(): BenchRow[] {
  const [early, late] = memoryOverAnHour(powerSpec, 32)
  const name = `an hour of ${channels} × ${rateHz} Hz, as fast as it goes`
  const compare = (metric: string, value: number, before: number) =>
    row(suite, name, metric, value / 1e6, 'MB', {
      peer: ['after 6 min', before / 1e6],
      atMost: 1.02,
    })
  return [
    compare('heap and buffers', late.heapBytes, early.heapBytes),
    compare('resident', late.residentBytes, early.residentBytes),
  ]
}
