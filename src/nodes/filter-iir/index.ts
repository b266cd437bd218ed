/**
 * Notch, at its harmonics too, and band-pass (Butterworth, Chebyshev, elliptic or Bessel) as one
 * cascade of second-order sections, causal. It starts as if the first sample had been there for ever (SciPy's sosfilt_zi),
 * so electrode offsets do not ring. For a value that is not finite it takes the channel's last one
 * that was.
 */
import { notch, type Section } from '../../kernels/index.ts'
import { type Gap, type NodeDefinition, type NodeInstance, reasonOf } from '../../signal/index.ts'
import { newSoundInput } from '../_hold/sound-input.ts'
import { newRunningCascade } from '../_iir/running-cascade.ts'
import { sectionsFor } from '../_iir/shape.ts'
import { refusal } from '../_opening/refusal.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type FilterIirOptions, filterIirOptions } from './options.ts'

export const filterIir: NodeDefinition<FilterIirOptions> = {
  id: 'filter-iir',
  title: 'Filter (IIR)',
  help: 'Removes drift, mains hum and high frequencies with a causal band-pass and a notch.',
  options: filterIirOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'The filtered signal.' }],
  cost: { work: 5, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const count = input.channels.length
    const cascade = newRunningCascade(memory, design(id, options, input.nominalRateHz), count)
    const output = newSignalBuffer(memory, count, maxFrames)
    const sound = newSoundInput(memory, count)
    const state = { cascade: cascade.state, last: sound.last, primed: false }
    const bridgeSamples = options.bridgeSeconds * input.nominalRateHz

    return {
      outputs: { out: deriveStream(input, { node: id, kind: 'filter-iir', options }) },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        const data = sound.of(chunk, output.data)
        if (!state.primed) cascade.prime(data)
        state.primed = true
        cascade.run(data, output.data, chunk.frames)
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
        sound.held(output.data)
        cascade.run(output.data, output.data, 1)
      }
    }
  },
}

/** @throws SynapseError graph-invalid for a filter that is impossible at this rate */
function design(id: string, options: FilterIirOptions, rateHz: number): Section[] {
  const { lowCutHz: low, highCutHz: high, order, notchHz, notchQuality } = options
  try {
    const sections: Section[] = []
    if (notchHz !== null) {
      const multiples = harmonicsOf(notchHz, options.notchHarmonics, rateHz)
      for (let k = 1; k <= multiples; k++) {
        sections.push(notch(k * notchHz, k * notchQuality, rateHz))
      }
    }
    if (low !== null && high !== null) {
      sections.push(
        ...sectionsFor(options, order, { kind: 'band', lowHz: low, highHz: high }, rateHz),
      )
    } else if (low !== null) {
      sections.push(...sectionsFor(options, order, { kind: 'high', cutHz: low }, rateHz))
    } else if (high !== null) {
      sections.push(...sectionsFor(options, order, { kind: 'low', cutHz: high }, rateHz))
    }
    return sections
  } catch (cause) {
    throw refusal(
      { id, kind: 'filter-iir' },
      reasonOf(cause),
      `Choose frequencies between 0 and ${rateHz / 2} Hz, or null for none; order, ripple and attenuation as the message says.`,
      cause,
    )
  }
}

/**
 * A comb of single notches is possible at every rate, where a filter of delays needs one that the
 * mains frequency divides, and it leaves 0 Hz alone.
 * @throws RangeError naming the value and what is allowed
 */
function harmonicsOf(
  notchHz: number,
  wanted: FilterIirOptions['notchHarmonics'],
  rateHz: number,
): number {
  const most = Math.ceil(rateHz / 2 / notchHz) - 1
  if (wanted === 'all') return Math.max(1, Math.min(100, most))
  if (wanted === 1 || wanted <= most) return wanted
  throw new RangeError(
    `notchHarmonics ${wanted} reaches ${wanted * notchHz} Hz, at ${rateHz} Hz 1 to ${Math.max(1, most)} are allowed`,
  )
}
