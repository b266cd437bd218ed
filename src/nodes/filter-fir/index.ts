/**
 * A filter of finite length and linear phase: every frequency comes out late by the same half of
 * its length, which the node declares. It starts as if the first sample had been there for ever. A
 * value that is not finite is gone from the output after as many samples as the filter is long.
 */
import { FirFilter } from '../../kernels/index.ts'
import type { NodeDefinition, NodeInstance } from '../../signal/index.ts'
import { fillHistory } from '../_hold/bridge.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { designTaps } from './design.ts'
import { type FilterFirOptions, filterFirOptions } from './options.ts'

export const filterFir: NodeDefinition<FilterFirOptions> = {
  id: 'filter-fir',
  title: 'Filter (FIR)',
  help: 'Keeps or removes a band with linear phase: no wave changes its form, all come late alike.',
  options: filterFirOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'The filtered signal, late by half the filter.' }],
  cost: { work: 66, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const taps = designTaps(id, options, input.nominalRateHz)
    const output = newSignalBuffer(memory, input.channels.length, maxFrames)
    const { stride } = output
    const filter = new FirFilter(memory, [taps], stride)
    const outputs = [output.data]
    const last = memory.float32(stride)
    const state = { filter: filter.state, last, primed: false }
    const bridgeSamples = options.bridgeSeconds * input.nominalRateHz

    return {
      outputs: { out: deriveStream(input, { node: id, kind: 'filter-fir', options }) },
      delaySamples: (taps.length - 1) / 2,
      state,
      process(_port, chunk, emit) {
        const data = chunk.data as Float32Array
        if (!state.primed) {
          filter.clear()
          fillHistory(filter.state, data, stride)
          state.primed = true
        }
        filter.process(data, chunk.frames, outputs)
        const from = (chunk.frames - 1) * stride
        for (let c = 0; c < stride; c++) last[c] = data[from + c]!
        copyTimes(chunk, output)
        emit.chunk('out', output)
      },
      gap(_port, gap, emit) {
        if (gap.lostSamples > bridgeSamples) state.primed = false
        else if (state.primed) hold(gap.lostSamples)
        emit.gap('out', gap)
      },
    }

    /** Lets the last values stand over a short gap; nothing of it is emitted. */
    function hold(frames: number): void {
      for (let f = 0; f < frames; f++) {
        for (let c = 0; c < stride; c++) output.data[c] = last[c]!
        filter.process(output.data, 1, outputs)
      }
    }
  },
}
