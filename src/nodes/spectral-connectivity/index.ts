/**
 * Phase and amplitude relations between channels in frequency bands, from Fourier segments that
 * overlap: one frame per hop, which holds the average over the segments of the window. Value k
 * belongs to the hop that ends with sample (k + 1) × hop − 1.
 *
 * Coherence is magnitude-squared (scipy.signal.coherence); imaginary coherency after Nolte et al.
 * (2004), positive where the first channel leads; PLV after Lachaux et al. (1999), PLI after Stam
 * et al. (2007), wPLI and its debiased square after Vinck et al. (2011). A segment never spans a
 * gap; the average goes on, unless the gap is longer than the window. A channel that is not finite
 * within a segment takes no part in it.
 */
import {
  type Chunk,
  type Emit,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
  strideFor,
} from '../../signal/index.ts'
import { resolvePairs } from '../_connectivity/pairs.ts'
import { refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { addSegment, fadeSums, measureOver, sumsPerBin } from './cross-sums.ts'
import { type SpectralConnectivityOptions, spectralConnectivityOptions } from './options.ts'
import { newSegmentSpectra } from './segment-spectra.ts'

const kind = 'spectral-connectivity'
/** Frequencies times frames of a segment: 20 s at 1 kHz up to 50 Hz. */
const maxTable = 2 ** 21
const maxValues = 16384

export const spectralConnectivity: NodeDefinition<SpectralConnectivityOptions> = {
  id: 'spectral-connectivity',
  title: 'Spectral connectivity',
  help: 'Coherence, phase locking and phase lag between pairs of channels, in frequency bands.',
  options: spectralConnectivityOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One channel per pair, band and measure; unit 1.' }],
  cost: { work: 170, given: 0.19 },
  open({ id, inputs, options, memory }): NodeInstance {
    const input = inputs.in!
    const pairs = resolvePairs({ id, kind, input, pairs: options.pairs })
    const plan = planSegments(id, input, options, pairs.length / 2)
    const { segmentFrames, hopFrames, segments, bins, bands } = plan
    const { measures } = options
    const count = input.channels.length
    const stride = strideFor(count)
    const sliding = options.averaging === 'sliding'
    const spectrumLength = count * bins * 2
    const spectra = memory.float64(spectrumLength * (sliding ? segments : 1))
    const sumsLength = bins * sumsPerBin
    const sums = memory.float64(sliding ? sumsLength : (sumsLength * pairs.length) / 2)
    const history = memory.float32(segmentFrames * stride)
    const channels = pairChannels(input, pairs, options)
    const output = newSignalBuffer(memory, channels.length, 1)
    const transform = newSegmentSpectra(memory, {
      channels: count,
      stride,
      frames: segmentFrames,
      firstBin: plan.firstBin,
      bins,
    })
    const fade = Math.exp(-1 / segments)
    // `filled`: frames of the unbroken run; `taken`: segments of the window; `slot`: the next one's.
    const state = { history, spectra, sums, filled: 0, at: 0, taken: 0, slot: 0 }

    function takeSegment(): void {
      transform.compute(history, state.at, spectra, state.slot * spectrumLength)
      state.taken = Math.min(segments, state.taken + 1)
      if (sliding) {
        state.slot = (state.slot + 1) % segments
        return
      }
      fadeSums(sums, fade)
      for (let p = 0; p < pairs.length; p += 2) {
        const x = pairs[p]! * bins * 2
        const y = pairs[p + 1]! * bins * 2
        addSegment(spectra, x, y, bins, sums, (p / 2) * sumsLength)
      }
    }

    /** Where the sums of pair `p / 2` over the window stand. */
    function sumsOf(p: number): number {
      if (!sliding) return (p / 2) * sumsLength
      sums.fill(0)
      for (let s = 0; s < segments; s++) {
        const from = s * spectrumLength
        const x = from + pairs[p]! * bins * 2
        const y = from + pairs[p + 1]! * bins * 2
        addSegment(spectra, x, y, bins, sums, 0)
      }
      return 0
    }

    function emitMeasures(hop: number, chunk: Chunk, f: number, emit: Emit): void {
      for (let p = 0, to = 0; p < pairs.length; p += 2) {
        const at = sumsOf(p)
        for (let b = 0; b < bands.length; b++) {
          const { first, end } = bands[b]!
          for (let m = 0; m < measures.length; m++) {
            measureOver(measures[m]!, sums, at, first, end, output.data, to++)
          }
        }
      }
      output.firstSample = hop
      output.frames = 1
      output.time[0] = chunk.time[f]!
      output.hostTime[0] = chunk.hostTime[f]!
      emit.chunk('out', output)
    }

    return {
      outputs: {
        out: deriveStream(input, {
          node: id,
          kind,
          type: 'Features',
          nominalRateHz: input.nominalRateHz / hopFrames,
          channels,
          options,
        }),
      },
      delaySamples: Math.round((segmentFrames + (segments - 1) * hopFrames) / 2),
      state,
      process(_port, chunk, emit) {
        const data = chunk.data as Float32Array
        for (let f = 0; f < chunk.frames; f++) {
          for (let c = 0; c < count; c++) history[state.at * stride + c] = data[f * stride + c]!
          state.at = (state.at + 1) % segmentFrames
          state.filled++
          const end = chunk.firstSample + f + 1
          if (end % hopFrames !== 0 || state.filled < segmentFrames) continue
          takeSegment()
          if (state.taken === segments) emitMeasures(end / hopFrames - 1, chunk, f, emit)
        }
      },
      gap(_port, gap) {
        state.filled = 0
        if (gap.lostSamples <= segments * hopFrames) return
        state.taken = 0
        sums.fill(0)
      },
    }
  },
}

function pairChannels(input: StreamInfo, pairs: Int32Array, options: SpectralConnectivityOptions) {
  return Array.from({ length: pairs.length / 2 }, (_, p) => {
    const x = input.channels[pairs[2 * p]!]!.label
    const y = input.channels[pairs[2 * p + 1]!]!.label
    return options.bands.flatMap(({ name }) =>
      options.measures.map((measure) =>
        physicalChannel(`${x}-${y} ${measure} ${name}`, 'MISC', '1'),
      ),
    )
  }).flat()
}

/** @throws SynapseError graph-invalid for what cannot be had at this rate or of this size */
function planSegments(
  id: string,
  input: StreamInfo,
  options: SpectralConnectivityOptions,
  pairCount: number,
) {
  const rate = input.nominalRateHz
  const refuse = (reason: string, remedy: string) => refusal({ id, kind }, reason, remedy)
  const top = Math.max(...options.bands.map((band) => band.highHz))
  if (rate <= 0 || top > rate / 2) {
    throw refuse(
      `bands reach ${top} Hz, but "${input.name}" runs at ${rate} Hz`,
      `Keep the bands below ${rate / 2} Hz.`,
    )
  }
  const segmentFrames = Math.max(8, Math.round(options.segmentSeconds * rate))
  const hopFrames = Math.max(1, Math.round(options.hopSeconds * rate))
  const windowFrames = Math.round(options.windowSeconds * rate)
  const segments =
    options.averaging === 'sliding'
      ? Math.floor((windowFrames - segmentFrames) / hopFrames) + 1
      : Math.round(windowFrames / hopFrames)
  if (segments < 2) {
    throw refuse(
      `windowSeconds = ${options.windowSeconds} holds fewer than two segments`,
      `Make it at least ${options.segmentSeconds + options.hopSeconds} s.`,
    )
  }
  const binOf = (hz: number) => Math.ceil((hz * segmentFrames) / rate - 1e-9)
  const ranges = options.bands.map(({ name, lowHz, highHz }) => {
    const range = { first: binOf(lowHz), end: binOf(highHz) }
    if (range.first < range.end) return range
    throw refuse(
      `bands: "${name}" holds no frequency that segments of ${options.segmentSeconds} s have`,
      `Make segmentSeconds at least ${(1 / (highHz - lowHz)).toFixed(3)} s.`,
    )
  })
  const firstBin = Math.min(...ranges.map(({ first }) => first))
  const bins = Math.max(...ranges.map(({ end }) => end)) - firstBin
  const values = pairCount * options.bands.length * options.measures.length
  if (values > maxValues || bins * segmentFrames > maxTable) {
    throw refuse(
      `${values} values of ${bins} frequencies in segments of ${segmentFrames} frames are more than the limit of ${maxValues} values and ${maxTable} frequencies × frames`,
      'Take fewer pairs, bands or measures, or lower the rate in front.',
    )
  }
  const bands = ranges.map(({ first, end }) => ({ first: first - firstBin, end: end - firstBin }))
  return { segmentFrames, hopFrames, segments, firstBin, bins, bands }
}
