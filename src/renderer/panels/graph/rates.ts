/** From counts to what flows by the second. */
import type { EdgeMeter, GraphMeters, NodeMeter } from '../../../contract/index.ts'

/** Rates are over so long. */
const rateSeconds = 1

export interface Rates {
  readonly chunks: number
  readonly frames: number
}

export function nodeRates(now: NodeMeter, before: NodeMeter | undefined, seconds: number): Rates {
  return {
    chunks: perSecond(now.chunks, before?.chunks, seconds),
    frames: perSecond(now.framesIn, before?.framesIn, seconds),
  }
}

export function edgeRates(now: EdgeMeter, before: EdgeMeter | undefined, seconds: number): Rates {
  return {
    chunks: perSecond(now.chunks, before?.chunks, seconds),
    frames: perSecond(now.frames, before?.frames, seconds),
  }
}

/** A counter that went back began anew: nothing is known of it yet. */
function perSecond(now: number, before: number | undefined, seconds: number): number {
  if (before === undefined || !(seconds > 0) || now < before) return Number.NaN
  return (now - before) / seconds
}

/** What has to be kept of what was measured: the last while, and one before it. */
export function keptMeters(history: readonly GraphMeters[], now: GraphMeters): GraphMeters[] {
  const first = history.findLastIndex(({ time }) => now.time - time >= rateSeconds)
  return [...history.slice(Math.max(0, first)), now]
}
