/**
 * Our kernels beside SciPy, BrainFlow, C and FFTW3 in one run: rounds in which every contender has
 * its turn, and the median of the ratios within the rounds, so that what the machine does meanwhile
 * hits all alike.
 */
import { cpus } from 'node:os'
import type { BenchRow } from '../row.ts'
import { type KernelCase, kernelCases, type Match } from './cases.ts'
import { type Contender, ourselves } from './contenders.ts'
import { openPeers, type PeerName } from './peers.ts'

const rounds = 7

export async function kernelsSuite(): Promise<BenchRow[]> {
  const [{ model } = { model: 'unknown processor' }] = cpus()
  process.stderr.write(
    `bench: ${model}, ${cpus().length} cores; Node ${process.versions.node}, V8 ${process.versions.v8}; ${rounds} rounds\n`,
  )
  const us = ourselves()
  const peers = await openPeers()
  const rows: BenchRow[] = []
  for (const each of kernelCases) rows.push(...(await measure(each, us, peers)))
  us.end()
  for (const peer of peers.values()) peer.end()
  return rows
}

async function measure(
  each: KernelCase,
  us: Contender,
  peers: ReadonlyMap<PeerName, Contender>,
): Promise<BenchRow[]> {
  const { request } = each
  const matches = each.matches.filter(({ peer }) => peers.has(peer))
  const asks = matches.map(({ peer, as }) => {
    const asked = { ...request, work: as?.[0] ?? request.work }
    return () => peers.get(peer)!.secondsPerCall(asked)
  })
  // The first round compiles and plans; it counts for nothing.
  await us.secondsPerCall(request)
  for (const ask of asks) await ask()
  const ours: number[] = []
  const theirs: number[][] = matches.map(() => [])
  for (let round = 0; round < rounds; round++) {
    ours.push((await us.secondsPerCall(request))!)
    for (const [i, ask] of asks.entries()) theirs[i]!.push((await ask()) ?? Number.NaN)
  }
  return matches.map((match, i) => compare(each, match, ours, theirs[i]!))
}

function compare(
  { name, amount, unit }: KernelCase,
  { peer, as, atLeast }: Match,
  ours: readonly number[],
  theirs: readonly number[],
): BenchRow {
  const ratio = median(theirs.map((seconds, round) => seconds / ours[round]!))
  const title = as?.[1] ?? peer
  return {
    suite: 'kernels',
    case: name,
    metric: 'rate',
    value: amount / median(ours),
    unit,
    peer: title,
    peerValue: amount / median(theirs),
    ratio,
    goal: atLeast === undefined ? null : `≥ ${atLeast} × ${title}`,
    met: atLeast === undefined ? null : ratio >= atLeast,
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}
