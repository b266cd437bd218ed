/**
 * From seconds to frames: how long a node's windows are, how far apart, and what is refused. Every
 * node that looks at windows has the two options of `windowShape` and opens through `planWindow`.
 */
import { z } from 'zod'
import { option, type StreamInfo } from '../../signal/index.ts'
import { type NodeName, rateOf, refusal } from '../_opening/refusal.ts'

export interface WindowPlan {
  readonly rateHz: number
  /** Rate of the samples that come in, where the window's frames are fewer. */
  readonly paceHz?: number
  readonly windowFrames: number
  readonly hopFrames: number
}

/** More than this is not kept of a stream: 256 MB of float32. */
const mostHistoryValues = 2 ** 26

/** The options that every node with a window has. */
export function windowShape(windowSeconds: number, hopSeconds: number) {
  return {
    windowSeconds: option(z.number().min(0.004).max(600).default(windowSeconds), {
      help: 'Length of the window that one value is about.',
      unit: 's',
    }),
    hopSeconds: option(z.number().min(0.001).max(600).default(hopSeconds), {
      help: 'Time from one value to the next.',
      unit: 's',
    }),
  }
}

/**
 * @param frames fewest and most frames that the node can work on
 * @throws SynapseError graph-invalid for a stream without a rate, or a window it cannot work on
 */
export function planWindow(
  node: NodeName,
  input: StreamInfo,
  options: { readonly windowSeconds: number; readonly hopSeconds: number },
  frames: { readonly fewest: number; readonly most?: number },
): WindowPlan {
  const rateHz = rateOf(node, input)
  const windowFrames = Math.round(options.windowSeconds * rateHz)
  const room = Math.floor(mostHistoryValues / Math.max(8, input.channels.length))
  const most = Math.min(frames.most ?? room, room)
  if (windowFrames < frames.fewest || windowFrames > most) {
    throw refusal(
      node,
      `windowSeconds = ${options.windowSeconds} gives ${windowFrames} samples at ${rateHz} Hz`,
      `Choose windowSeconds from ${frames.fewest / rateHz} to ${most / rateHz} s` +
        ` (${frames.fewest} to ${most} samples), or resample "${input.name}" first.`,
    )
  }
  return { rateHz, windowFrames, hopFrames: Math.max(1, Math.round(options.hopSeconds * rateHz)) }
}

/**
 * @throws SynapseError graph-invalid unless 0 ≤ low < high ≤ half the rate
 */
export function checkBand(
  node: NodeName,
  band: { readonly lowHz: number; readonly highHz: number },
  rateHz: number,
): void {
  const { lowHz, highHz } = band
  if (lowHz >= 0 && lowHz < highHz && highHz <= rateHz / 2) return
  throw refusal(
    node,
    `the band lowHz = ${lowHz} to highHz = ${highHz} Hz does not fit a rate of ${rateHz} Hz`,
    `Choose lowHz below highHz, and highHz up to ${rateHz / 2} Hz.`,
  )
}
