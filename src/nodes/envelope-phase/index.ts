/**
 * Amplitude (channel's unit) and phase (radians, −π to π, 0 at a crest) of every channel in one
 * band, sample by sample: magnitude and angle of the analytic signal, as scipy.signal.hilbert of
 * the band-passed signal gives them away from the ends, but causal. All frequencies lag alike, by
 * the declared delay of 1.65 / transitionHz seconds. Output begins when the filter is full, at the
 * start and after a gap; the gap that leaves is longer by that. A value that is not finite counts
 * as the one before it.
 */
import {
  type Channel,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
} from '../../signal/index.ts'
import { designAnalyticBand } from '../_analytic/band-taps.ts'
import { newAnalyticFilter } from '../_analytic/running-band.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { newLateGap } from '../_window/late-gap.ts'
import { type EnvelopePhaseOptions, envelopePhaseOptions } from './options.ts'

export const envelopePhase: NodeDefinition<EnvelopePhaseOptions> = {
  id: 'envelope-phase',
  title: 'Envelope and phase',
  help: 'Amplitude and phase of a band, sample by sample.',
  options: envelopePhaseOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'Amplitude and phase of every channel.' }],
  cost: { work: 160, given: 2 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const count = input.channels.length
    const taps = designAnalyticBand({ id, kind: 'envelope-phase' }, input, options)
    const filter = newAnalyticFilter(memory, count, taps, maxFrames)
    const gaps = newLateGap()
    const channels = input.channels.flatMap((channel) => outputChannels(channel, options))
    const output = newSignalBuffer(memory, channels.length, maxFrames)
    const { outputs } = options

    function write(from: number, at: number): void {
      let to = at
      for (let c = 0; c < count; c++) {
        for (let o = 0; o < outputs.length; o++) {
          const re = filter.re[from + c]!
          const im = filter.im[from + c]!
          output.data[to++] =
            outputs[o] === 'amplitude' ? Math.sqrt(re * re + im * im) : Math.atan2(im, re)
        }
      }
    }

    return {
      outputs: {
        out: deriveStream(input, { node: id, kind: 'envelope-phase', channels, options }),
      },
      delaySamples: filter.delaySamples,
      state: { filter: filter.state, gaps: gaps.state },
      process(_port, chunk, emit) {
        output.frames = 0
        for (let f = filter.pass(chunk); f < chunk.frames; f++) {
          gaps.before(chunk.firstSample + f, emit)
          if (output.frames === 0) output.firstSample = chunk.firstSample + f
          output.time[output.frames] = chunk.time[f]!
          output.hostTime[output.frames] = chunk.hostTime[f]!
          write(f * chunk.stride, output.frames++ * output.stride)
        }
        if (output.frames) emit.chunk('out', output)
      },
      gap(_port, gap) {
        filter.forget()
        gaps.met(gap)
      },
    }
  },
}

function outputChannels(channel: Channel, { outputs }: EnvelopePhaseOptions): Channel[] {
  return outputs.map((each) =>
    physicalChannel(`${channel.label} ${each}`, 'MISC', each === 'phase' ? 'rad' : channel.unit),
  )
}
