/** A node that gives a density estimate of every channel's window, bin by bin. */
import {
  type Channel,
  type NodeContext,
  type NodeInstance,
  physicalChannel,
} from '../../signal/index.ts'
import type { NodeName } from '../_opening/refusal.ts'
import { openWindowNode } from '../_window/window-node.ts'
import type { WindowPlan } from '../_window/window-plan.ts'
import { decibel } from './decibel.ts'
import { type DensityEstimate, densityWork } from './density.ts'
import type { BinRange } from './frequency-range.ts'

export interface DensityNode extends NodeName {
  readonly plan: WindowPlan
  readonly estimate: DensityEstimate
  readonly range: BinRange
  /** Unit squared per Hz, or 10 log10 of it. */
  readonly scale: 'density' | 'dB'
}

export function openDensityNode(context: NodeContext<object>, node: DensityNode): NodeInstance {
  const { estimate, scale } = node
  const { first, end, names } = node.range
  const inDecibel = scale === 'dB'
  return openWindowNode(context, {
    id: node.id,
    kind: node.kind,
    plan: node.plan,
    work: densityWork(estimate, end - first, (density, into, at) => {
      for (let k = first; k < end; k++) {
        into[at + k - first] = inDecibel ? decibel(density[k]!) : density[k]!
      }
    }),
    channels: (channel: Channel) =>
      names.map((hz) =>
        physicalChannel(
          `${channel.label} ${hz} Hz`,
          'MISC',
          inDecibel ? 'dB' : `${channel.unit}^2/Hz`,
        ),
      ),
  })
}
