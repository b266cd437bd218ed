/**
 * The clockwork that envelope correlation and phase–amplitude coupling share: frames go into a
 * history, every `step` samples a point is taken from it, and every hop the sums of all points in
 * the window are given out. No point is taken until the history is full again after a gap; the
 * window goes on over gaps shorter than itself, with the points that there are.
 */
import type { Channel, Emit, NodeContext, NodeInstance, StreamInfo } from '../../signal/index.ts'
import { type History, keepFrame, newHistory } from '../_analytic/point-band.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { newHopTotals } from './hop-totals.ts'

interface PointWindows {
  readonly kind: string
  readonly input: StreamInfo
  readonly channels: readonly Channel[]
  readonly averaging: 'sliding' | 'exponential'
  readonly hopFrames: number
  readonly hops: number
  readonly historyFrames: number
  readonly step: number
  /** Sums per hop. */
  readonly statistics: number
  /** Adds a point, the middle of the history, to the sums of its hop. */
  addPoint(history: History, oldest: number, sums: Float64Array): void
  /** Turns the sums of the window into the values of one frame. */
  evaluate(sums: Float64Array, values: Float32Array): void
}

export function openPointWindows(
  { id, options, memory }: Pick<NodeContext<object>, 'id' | 'options' | 'memory'>,
  plan: PointWindows,
): NodeInstance {
  const { input, hopFrames, hops, historyFrames, step } = plan
  const count = input.channels.length
  const history = newHistory(memory, count, historyFrames)
  const totals = newHopTotals(memory, {
    length: plan.statistics,
    hops,
    averaging: plan.averaging,
  })
  const output = newSignalBuffer(memory, plan.channels.length, 1)
  // `filled`: frames of the unbroken run; `at`: place of the oldest frame, which the next replaces.
  const state = { history: history.values, totals: totals.state, filled: 0, at: 0 }

  function endHop(hop: number, time: number, hostTime: number, emit: Emit): void {
    if (!totals.begun()) return
    totals.enter(hop)
    if (!totals.end()) return
    plan.evaluate(totals.total, output.data)
    output.firstSample = hop
    output.frames = 1
    output.time[0] = time
    output.hostTime[0] = hostTime
    emit.chunk('out', output)
  }

  return {
    outputs: {
      out: deriveStream(input, {
        node: id,
        kind: plan.kind,
        type: 'Features',
        nominalRateHz: input.nominalRateHz / hopFrames,
        channels: plan.channels,
        options,
      }),
    },
    delaySamples: Math.round((hops * hopFrames + historyFrames) / 2),
    state,
    process(_port, chunk, emit) {
      const data = chunk.data as Float32Array
      for (let f = 0; f < chunk.frames; f++) {
        const sample = chunk.firstSample + f
        keepFrame(history, state.at, data, f * chunk.stride, count)
        state.at = (state.at + 1) % historyFrames
        state.filled++
        const hop = Math.floor(sample / hopFrames)
        if (sample % step === 0 && state.filled >= historyFrames) {
          totals.enter(hop)
          plan.addPoint(history, state.at, totals.hop)
        }
        if ((sample + 1) % hopFrames === 0) {
          endHop(hop, chunk.time[f]!, chunk.hostTime[f]!, emit)
        }
      }
    },
    gap() {
      state.filled = 0
    },
  }
}
