/**
 * Power spectral density of every channel over a sliding window, by Welch's method (1967; as
 * scipy.signal.welch with constant detrending) or with Slepian's tapers (Thomson 1982; as
 * mne.time_frequency.psd_array_multitaper with normalization="full"). One output channel per
 * channel and bin, in unit squared per Hz, or in dB of that (no power at all is −300 dB). A window
 * with a value that is not finite gives NaN for that channel; after a gap values resume with the
 * first full window.
 */
import type { NodeDefinition } from '../../signal/index.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { newMultitaper, newWelch } from '../_spectrum/density.ts'
import { openDensityNode } from '../_spectrum/density-node.ts'
import { binRange } from '../_spectrum/frequency-range.ts'
import { segmentFramesOf } from '../_spectrum/welch-segment.ts'
import { planWindow, type WindowPlan } from '../_window/window-plan.ts'
import { type PsdOptions, psdOptions } from './options.ts'

/** Longer windows would take seconds to find their tapers for. */
const mostTaperFrames = 2 ** 13
const mostTapers = 64

export const psd: NodeDefinition<PsdOptions> = {
  id: 'psd',
  title: 'Power spectral density',
  help: 'Power per Hz over a sliding window, by Welch’s method or with many tapers.',
  options: psdOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One value per channel and frequency.' }],
  cost: { work: 100, given: 0.36 },
  open(context) {
    const { options } = context
    const input = context.inputs.in!
    const node = { id: context.id, kind: 'psd' }
    const isWelch = options.method === 'welch'
    const plan = planWindow(node, input, options, {
      fewest: 8,
      ...(isWelch ? {} : { most: mostTaperFrames }),
    })
    const frames = isWelch ? segmentFramesOf(node, plan, options) : plan.windowFrames
    const range = binRange(node, input, options, frames)
    const { overlap, taper } = options
    const estimate = isWelch
      ? newWelch(plan.windowFrames, plan.rateHz, { frames, overlap, taper })
      : newMultitaper(frames, plan.rateHz, checkedBandwidth(node, plan, options))
    return openDensityNode(context, { ...node, plan, estimate, range, scale: options.scale })
  },
}

function checkedBandwidth(node: NodeName, plan: WindowPlan, { bandwidthHz }: PsdOptions): number {
  const { rateHz, windowFrames } = plan
  const tapers = Math.floor((bandwidthHz * windowFrames) / rateHz)
  if (tapers >= 1 && tapers <= mostTapers && bandwidthHz < rateHz / 2) return bandwidthHz
  const seconds = windowFrames / rateHz
  const most = Math.min(mostTapers / seconds, rateHz / 2)
  throw refusal(
    node,
    `bandwidthHz = ${bandwidthHz} makes ${tapers} tapers of a window of ${seconds} s`,
    `Choose bandwidthHz from ${1 / seconds} to ${most} Hz.`,
  )
}
