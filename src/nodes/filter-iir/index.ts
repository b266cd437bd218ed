/**
 * Notch and Butterworth band-pass as one cascade of second-order sections, causal. It starts as
 * if the first sample had been there for ever (SciPy's sosfilt_zi), so electrode offsets do not
 * ring.
 */
import {
  butterworth,
  kernelsOn,
  notch,
  packSections,
  primeIirState,
  type Section,
} from '../../kernels/index.ts'
import {
  type Gap,
  type NodeDefinition,
  type NodeInstance,
  reasonOf,
  SynapseError,
} from '../../signal/index.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type FilterIirOptions, filterIirOptions } from './options.ts'

export const filterIir: NodeDefinition<FilterIirOptions> = {
  id: 'filter-iir',
  title: 'Filter (IIR)',
  help: 'Removes drift, mains hum and high frequencies with a causal Butterworth band-pass and a notch.',
  options: filterIirOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'The filtered signal.' }],
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const designed = design(id, options, input.nominalRateHz)
    const kernels = kernelsOn(memory.wasm)
    const output = newSignalBuffer(memory, input.channels.length, maxFrames)
    const { stride } = output
    const sections = memory.float64(designed.length * 5)
    packSections(designed, sections)
    const cascade = memory.float64(designed.length * 2 * stride)
    const last = memory.float32(stride)
    const state = { cascade, last, primed: false }
    const bridgeSamples = options.bridgeSeconds * input.nominalRateHz

    return {
      outputs: { out: deriveStream(input, { node: id, kind: 'filter-iir', options }) },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        const data = chunk.data as Float32Array
        if (!state.primed) {
          primeIirState(sections, cascade, data, 0, stride)
          state.primed = true
        }
        kernels.iirCascade(data, output.data, chunk.frames, stride, sections, cascade)
        const from = (chunk.frames - 1) * stride
        for (let c = 0; c < stride; c++) last[c] = data[from + c]!
        copyTimes(chunk, output)
        emit.chunk('out', output)
      },
      gap(_port, gap: Gap, emit) {
        if (gap.lostSamples > bridgeSamples) state.primed = false
        else if (state.primed) hold(gap.lostSamples)
        emit.gap('out', gap)
      },
    }

    /** Lets the filter's state run on over a short gap; nothing of it is emitted. */
    function hold(frames: number): void {
      for (let f = 0; f < frames; f++) {
        for (let c = 0; c < stride; c++) output.data[c] = last[c]!
        kernels.iirCascade(output.data, output.data, 1, stride, sections, cascade)
      }
    }
  },
}

/** @throws SynapseError graph-invalid for a filter that is impossible at this rate */
function design(id: string, options: FilterIirOptions, rateHz: number): Section[] {
  const { lowCutHz: low, highCutHz: high, order, notchHz, notchQuality } = options
  try {
    const sections: Section[] = []
    if (notchHz !== null) sections.push(notch(notchHz, notchQuality, rateHz))
    if (low !== null && high !== null) {
      sections.push(...butterworth(order, { kind: 'band', lowHz: low, highHz: high }, rateHz))
    } else if (low !== null) {
      sections.push(...butterworth(order, { kind: 'high', cutHz: low }, rateHz))
    } else if (high !== null) {
      sections.push(...butterworth(order, { kind: 'low', cutHz: high }, rateHz))
    }
    return sections
  } catch (cause) {
    throw new SynapseError(
      'graph-invalid',
      `opening node "${id}" (filter-iir): ${reasonOf(cause)}`,
      { cause, remedy: `Choose frequencies between 0 and ${rateHz / 2} Hz, or null for none.` },
    )
  }
}
