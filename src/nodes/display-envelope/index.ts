/**
 * What a display draws: the lowest and the highest value of every channel in each bin of a fixed
 * number of samples, so that no spike between two pixels is lost. Bin k covers the samples from
 * k × n to (k + 1) × n − 1 of the stream, whatever the chunks.
 */
import { kernelsOn } from '../../kernels/index.ts'
import {
  type Channel,
  type ChunkBuffer,
  type Emit,
  type GapReason,
  type NodeDefinition,
  type NodeInstance,
  strideFor,
} from '../../signal/index.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type DisplayEnvelopeOptions, displayEnvelopeOptions } from './options.ts'

export const displayEnvelope: NodeDefinition<DisplayEnvelopeOptions> = {
  id: 'display-envelope',
  title: 'Display envelope',
  help: 'Reduces a signal to lowest and highest value per bin, for drawing.',
  options: displayEnvelopeOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'Two channels for each of the input: lowest, highest.' }],
  cost: { work: 6.6, given: 2 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const count = input.channels.length
    const binSamples = Math.max(1, Math.round(input.nominalRateHz / options.binRateHz))
    const channels = input.channels.flatMap(lowAndHigh)
    const kernels = kernelsOn(memory.wasm)
    const stride = strideFor(count)
    const low = memory.float32(stride)
    const high = memory.float32(stride)
    const output: ChunkBuffer = newSignalBuffer(memory, channels.length, maxFrames)
    // `bin` is the bin being filled, −1 when none is; `emitted` the next bin to leave.
    const state = {
      low,
      high,
      bin: -1,
      emitted: -1,
      time: 0,
      hostTime: 0,
      gapExact: true,
      gapReason: 'lost',
    }

    /** Appends the bin in hand to the output; a jump since the last one leaves as a gap. */
    function finishBin(emit: Emit): void {
      if (state.bin < 0) return
      if (state.emitted >= 0 && state.bin > state.emitted) {
        flush(emit)
        gapOut.atSample = state.emitted
        gapOut.lostSamples = state.bin - state.emitted
        gapOut.exact = state.gapExact
        gapOut.reason = state.gapReason as GapReason
        emit.gap('out', gapOut)
      }
      if (output.frames === 0) output.firstSample = state.bin
      let at = output.frames * output.stride
      for (let c = 0; c < count; c++) {
        output.data[at++] = low[c]!
        output.data[at++] = high[c]!
      }
      output.time[output.frames] = state.time
      output.hostTime[output.frames] = state.hostTime
      output.frames++
      state.emitted = state.bin + 1
      state.bin = -1
      if (output.frames === maxFrames) flush(emit)
    }

    function flush(emit: Emit): void {
      if (output.frames) emit.chunk('out', output)
      output.frames = 0
    }

    const gapOut = { atSample: 0, lostSamples: 0, exact: true, reason: 'lost' as GapReason }
    return {
      outputs: {
        out: deriveStream(input, {
          node: id,
          kind: 'display-envelope',
          nominalRateHz: input.nominalRateHz / binSamples,
          channels,
          options,
        }),
      },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        const data = chunk.data as Float32Array
        for (let f = 0; f < chunk.frames; ) {
          const sample = chunk.firstSample + f
          const bin = Math.floor(sample / binSamples)
          if (bin !== state.bin) {
            finishBin(emit)
            low.fill(Number.POSITIVE_INFINITY)
            high.fill(Number.NEGATIVE_INFINITY)
            state.bin = bin
          }
          const end = (bin + 1) * binSamples
          const frames = Math.min(chunk.frames - f, end - sample)
          kernels.envelope(data, f * stride, frames, stride, low, high)
          f += frames
          state.time = chunk.time[f - 1]!
          state.hostTime = chunk.hostTime[f - 1]!
          if (sample + frames === end) finishBin(emit)
        }
        flush(emit)
      },
      gap(_port, gap, emit) {
        const next = Math.floor((gap.atSample + gap.lostSamples) / binSamples)
        if (state.bin >= 0 && next > state.bin) finishBin(emit)
        flush(emit)
        state.gapExact = gap.exact
        state.gapReason = gap.reason
      },
    }
  },
}

function lowAndHigh(channel: Channel): Channel[] {
  const { label } = channel
  return [
    { ...channel, label: `${label} low` },
    { ...channel, label: `${label} high` },
  ]
}
