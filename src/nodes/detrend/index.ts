/**
 * Takes the slow drift off every channel, causal and without delay. `mean` and `linear` look at the
 * window that ends with the sample: its mean, or the end of the line of least squares through it;
 * until the window is full, at what there is of it. `exponential` subtracts a mean with exponential
 * memory, a high pass of first order. For a value that is not finite the channel's last finite one
 * is taken; so it is over short gaps, and after long ones all starts anew.
 */
import {
  type NodeContext,
  type NodeDefinition,
  type NodeInstance,
  type NodeState,
  strideFor,
} from '../../signal/index.ts'
import { newSoundInput } from '../_hold/sound-input.ts'
import { rateOf } from '../_opening/refusal.ts'
import { withoutRange } from '../_spatial/channels.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type DetrendOptions, detrendOptions } from './options.ts'
import { newSlidingLine } from './sliding-line.ts'

/** What is subtracted, and what it has to remember. */
interface Trend {
  readonly state: NodeState
  clear(first: Float32Array): void
  /** `output` = `input` without its trend; `output` may be `input`. */
  remove(input: Float32Array, output: Float32Array, frames: number): void
}

export const detrend: NodeDefinition<DetrendOptions> = {
  id: 'detrend',
  title: 'Detrend',
  help: 'Takes slow drift off: a running mean, a line fitted to the last seconds, or a mean that forgets.',
  options: detrendOptions,
  inputs: [{ name: 'in', help: 'A signal in float32 of fixed rate.' }],
  outputs: [{ name: 'out', help: 'The signal around zero.' }],
  cost: { work: 8.7, given: 1 },
  open(context): NodeInstance {
    const { id, inputs, options, memory, maxFrames } = context
    const input = inputs.in!
    const count = input.channels.length
    const trend = options.method === 'exponential' ? forgetting(context) : sliding(context)
    const output = newSignalBuffer(memory, count, maxFrames)
    const sound = newSoundInput(memory, count)
    const state = { trend: trend.state, last: sound.last, primed: false }
    const bridgeSamples = options.bridgeSeconds * input.nominalRateHz
    const channels = input.channels.map(withoutRange)
    return {
      outputs: { out: deriveStream(input, { node: id, kind: 'detrend', channels, options }) },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        const data = sound.of(chunk, output.data)
        if (!state.primed) trend.clear(data)
        state.primed = true
        trend.remove(data, output.data, chunk.frames)
        copyTimes(chunk, output)
        emit.chunk('out', output)
      },
      gap(_port, gap, emit) {
        if (gap.lostSamples > bridgeSamples) state.primed = false
        for (let f = 0; state.primed && f < gap.lostSamples; f++) {
          sound.held(output.data)
          trend.remove(output.data, output.data, 1)
        }
        emit.gap('out', gap)
      },
    }
  },
}

function sliding({ id, inputs, options, memory }: NodeContext<DetrendOptions>): Trend {
  const input = inputs.in!
  const count = input.channels.length
  const stride = strideFor(count)
  const { windowFrames } = planWindow(
    { id, kind: 'detrend' },
    input,
    { ...options, hopSeconds: 0 },
    { fewest: 2 },
  )
  const line = newSlidingLine(memory, windowFrames, count)
  const isLine = options.method === 'linear'
  return {
    state: line.state,
    clear: line.clear,
    remove(input, output, frames) {
      for (let from = 0; from < frames * stride; from += stride) {
        line.push(input, from)
        for (let c = 0; c < count; c++) {
          output[from + c] = input[from + c]! - (isLine ? line.end(c) : line.mean(c))
        }
      }
    },
  }
}

function forgetting({ id, inputs, options, memory }: NodeContext<DetrendOptions>): Trend {
  const input = inputs.in!
  const stride = strideFor(input.channels.length)
  const rateHz = rateOf({ id, kind: 'detrend' }, input)
  const mean = memory.float64(stride)
  const share = 1 - Math.exp(-1 / (options.windowSeconds * rateHz))
  return {
    state: { mean },
    clear(first) {
      for (let c = 0; c < stride; c++) mean[c] = first[c]!
    },
    remove(input, output, frames) {
      for (let from = 0; from < frames * stride; from += stride) {
        for (let c = 0; c < stride; c++) {
          const x = input[from + c]!
          mean[c] = mean[c]! + share * (x - mean[c]!)
          output[from + c] = x - mean[c]!
        }
      }
    },
  }
}
