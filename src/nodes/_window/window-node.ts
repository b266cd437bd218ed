/** A whole node around a sliding window: the stream it gives, and samples straight into windows. */
import type { Channel, NodeContext, NodeInstance } from '../../signal/index.ts'
import type { NodeName } from '../_opening/refusal.ts'
import { deriveStream } from '../_stream/derive.ts'
import { type ChannelWork, newSlidingWindow } from './sliding-window.ts'
import type { WindowPlan } from './window-plan.ts'

export interface WindowNode extends NodeName {
  readonly plan: WindowPlan
  readonly work: ChannelWork
  /** What the values of one channel are called, in the order in which `work` writes them. */
  channels(channel: Channel): Channel[]
}

/** One output frame per window, all values of the first channel first; content type `Features`. */
export function openWindowNode(context: NodeContext<object>, node: WindowNode): NodeInstance {
  const input = context.inputs.in!
  const { plan, work } = node
  const window = newSlidingWindow(node, context.memory, input.channels.length, plan, work)
  return {
    outputs: {
      out: deriveStream(input, {
        node: node.id,
        kind: node.kind,
        type: 'Features',
        nominalRateHz: plan.rateHz / plan.hopFrames,
        channels: input.channels.flatMap((channel) => node.channels(channel)),
        options: context.options,
      }),
    },
    delaySamples: window.delayFrames,
    state: window.state,
    process(_port, chunk, emit) {
      const data = chunk.data as Float32Array
      for (let f = 0; f < chunk.frames; f++) {
        const index = chunk.firstSample + f
        window.frame(data, f * chunk.stride, index, chunk.time[f]!, chunk.hostTime[f]!, emit)
      }
    },
    gap(_port, _gap, emit) {
      window.gap(emit)
    },
  }
}
