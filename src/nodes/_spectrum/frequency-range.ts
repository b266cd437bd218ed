/** Which bins of a spectrum a node gives: its options, the bins, and what they are called. */
import { z } from 'zod'
import { option, type StreamInfo } from '../../signal/index.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { checkBand } from '../_window/window-plan.ts'

/** More values per frame help nobody. */
const mostValues = 2 ** 20

export function rangeShape(lowHz: number, highHz: number) {
  return {
    lowHz: option(z.number().min(0).max(100_000).default(lowHz), {
      help: 'Lowest frequency given.',
      unit: 'Hz',
    }),
    highHz: option(z.number().positive().max(100_000).default(highHz), {
      help: 'Highest frequency given, at most half the rate.',
      unit: 'Hz',
    }),
  }
}

export interface BinRange {
  readonly first: number
  /** The bin after the last. */
  readonly end: number
  readonly binHz: number
  /** `10`, `10.5`: the frequencies, for labels. */
  readonly names: readonly string[]
}

/**
 * Bins from lowHz to highHz, both included.
 * @param frames length of the transform
 * @throws SynapseError graph-invalid where there is none, or where there are far too many
 */
export function binRange(
  node: NodeName,
  input: StreamInfo,
  options: { readonly lowHz: number; readonly highHz: number },
  frames: number,
): BinRange {
  const rateHz = input.nominalRateHz
  checkBand(node, options, rateHz)
  const binHz = rateHz / frames
  const first = Math.ceil(options.lowHz / binHz - 1e-9)
  const end = Math.floor(options.highHz / binHz + 1e-9) + 1
  const range = `${options.lowHz} to ${options.highHz} Hz`
  if (end <= first) {
    throw refusal(
      node,
      `no bin lies in lowHz to highHz = ${range}: they are ${binHz} Hz apart`,
      'Choose a wider range or a longer window.',
    )
  }
  if ((end - first) * input.channels.length > mostValues) {
    throw refusal(
      node,
      `lowHz to highHz = ${range} gives ${end - first} bins for each of ${input.channels.length} channels`,
      `Choose a narrower range or a shorter window: at most ${mostValues} values per frame.`,
    )
  }
  const names = Array.from({ length: end - first }, (_, i) => `${roundHz((first + i) * binHz)}`)
  return { first, end, binHz, names }
}

/** Six digits are enough for a label. */
export function roundHz(hz: number): number {
  return Number(hz.toPrecision(6))
}
