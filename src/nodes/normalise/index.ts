/**
 * Every channel measured against its own recent past, causal and without delay, in no unit: by
 * mean and standard deviation with exponential memory, or by median and median deviation (scaled to
 * a normal distribution's standard deviation) of a sliding window; the sample itself counts. A
 * channel that has not moved gives 0. For a value that is not finite the channel's last finite one
 * is taken; over a short gap nothing is learnt, after a long one all starts anew.
 */
import {
  type Channel,
  type NodeDefinition,
  type NodeInstance,
  strideFor,
} from '../../signal/index.ts'
import { newSoundInput } from '../_hold/sound-input.ts'
import { rateOf, refusal } from '../_opening/refusal.ts'
import { withoutRange } from '../_spatial/channels.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { newExponentialScale } from './exponential.ts'
import { type NormaliseOptions, normaliseOptions } from './options.ts'
import { newRobustScale } from './robust.ts'

export const normalise: NodeDefinition<NormaliseOptions> = {
  id: 'normalise',
  title: 'Normalise',
  help: 'Measures every channel against its own recent past: running z-score, or median and MAD.',
  options: normaliseOptions,
  inputs: [{ name: 'in', help: 'A signal or features in float32 of fixed rate.' }],
  outputs: [{ name: 'out', help: 'The same channels in standard deviations.' }],
  cost: { work: 5.2, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const count = input.channels.length
    const stride = strideFor(count)
    const node = { id, kind: 'normalise' }
    const rateHz = rateOf(node, input)
    const windowFrames = Math.round(options.windowSeconds * rateHz)
    if (windowFrames < 2) {
      throw refusal(
        node,
        `windowSeconds = ${options.windowSeconds} gives ${windowFrames} samples at ${rateHz} Hz`,
        `Choose at least ${2 / rateHz} s.`,
      )
    }
    const scale =
      options.method === 'z'
        ? newExponentialScale(memory, options.windowSeconds * rateHz, count)
        : newRobustScale(memory, windowFrames, count)
    const limit = options.limit ?? Number.POSITIVE_INFINITY
    const output = newSignalBuffer(memory, count, maxFrames)
    const sound = newSoundInput(memory, count)
    const state = { scale: scale.state, last: sound.last, primed: false }
    const bridgeSamples = options.bridgeSeconds * rateHz
    const channels = input.channels.map(
      (channel): Channel => ({ ...withoutRange(channel), unit: '1' }),
    )
    return {
      outputs: { out: deriveStream(input, { node: id, kind: 'normalise', channels, options }) },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        const data = sound.of(chunk, output.data)
        if (!state.primed) scale.clear()
        state.primed = true
        for (let f = 0; f < chunk.frames; f++) {
          scale.frame(data, output.data, f * stride, chunk.firstSample + f)
        }
        if (options.limit !== null) cut(output.data, chunk.frames * stride, limit)
        copyTimes(chunk, output)
        emit.chunk('out', output)
      },
      gap(_port, gap, emit) {
        if (gap.lostSamples > bridgeSamples) state.primed = false
        emit.gap('out', gap)
      },
    }
  },
}

function cut(values: Float32Array, length: number, limit: number): void {
  for (let i = 0; i < length; i++) values[i] = Math.min(limit, Math.max(-limit, values[i]!))
}
