/** The segment length of Welch's method as an option, and what of it is refused. */
import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import type { WindowPlan } from '../_window/window-plan.ts'

export function segmentShape(segmentSeconds: number) {
  return {
    segmentSeconds: option(z.number().min(0.02).max(600).default(segmentSeconds), {
      help: 'Length of the segments that Welch’s method averages; sets how fine the bins are.',
      unit: 's',
    }),
  }
}

/** @throws SynapseError graph-invalid for a segment longer than the window, or shorter than 8 */
export function segmentFramesOf(
  node: NodeName,
  plan: WindowPlan,
  options: { readonly segmentSeconds: number },
): number {
  const frames = Math.round(options.segmentSeconds * plan.rateHz)
  if (frames >= 8 && frames <= plan.windowFrames) return frames
  throw refusal(
    node,
    `segmentSeconds = ${options.segmentSeconds} gives ${frames} samples at ${plan.rateHz} Hz`,
    `Choose segmentSeconds from ${8 / plan.rateHz} to the window's ${plan.windowFrames / plan.rateHz} s.`,
  )
}
