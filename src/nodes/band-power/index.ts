/**
 * Power in frequency bands over a sliding window, one frame per hop: the sum of the Hann
 * periodogram over each band, in unit squared, as a share of a whole range, or in dB (no power at
 * all is −300 dB, and no share). Signals much faster than the bands are decimated first, behind an
 * anti-alias filter. Value k belongs to the hop that ends with sample (k + 1) × hop − 1.
 *
 * A window with a value that is not finite gives NaN for that channel; in front of the anti-alias
 * filter such a value counts as the one before it instead. After a gap values resume with the
 * first full window.
 */
import { butterworth, kernelsOn, packSections, primeIirState } from '../../kernels/index.ts'
import {
  type Channel,
  type Chunk,
  type NodeDefinition,
  type NodeInstance,
  type NodeMemory,
  physicalChannel,
  type StreamInfo,
  strideFor,
} from '../../signal/index.ts'
import { type NodeName, rateOf, refusal } from '../_opening/refusal.ts'
import { decibel } from '../_spectrum/decibel.ts'
import { Periodogram } from '../_spectrum/periodogram.ts'
import { taperOf } from '../_spectrum/tapers.ts'
import { deriveStream } from '../_stream/derive.ts'
import { holdSound } from '../_window/hold-sound.ts'
import { type ChannelWork, newSlidingWindow } from '../_window/sliding-window.ts'
import { type BandPowerOptions, bandPowerOptions } from './options.ts'

/** The decimated rate stays at least this many times above the highest band edge. */
const oversampling = 4
const antiAliasOrder = 8

export const bandPower: NodeDefinition<BandPowerOptions> = {
  id: 'band-power',
  title: 'Band power',
  help: 'Power of every channel in frequency bands, over a sliding window.',
  options: bandPowerOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One channel per channel and band, unit squared.' }],
  cost: { work: 110, given: 0.079 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const node = { id, kind: 'band-power' }
    const plan = planBands(node, input, options)
    const { decimation } = plan
    const count = input.channels.length
    const antiAlias = newAntiAlias(plan, strideFor(count), maxFrames, memory)
    const window = newSlidingWindow(node, memory, count, plan, bandWork(plan, options.scale))
    return {
      outputs: {
        out: deriveStream(input, {
          node: id,
          kind: 'band-power',
          type: 'Features',
          nominalRateHz: plan.rateHz / plan.hopFrames,
          channels: input.channels.flatMap((channel) => bandChannels(channel, options)),
          options,
        }),
      },
      delaySamples: window.delayFrames * decimation,
      state: { window: window.state, antiAlias: antiAlias.state },
      process(_port, chunk, emit) {
        const data = antiAlias.pass(chunk)
        for (let f = 0; f < chunk.frames; f++) {
          const sample = chunk.firstSample + f + 1
          if (sample % decimation !== 0) continue
          const frame = sample / decimation - 1
          window.frame(data, f * chunk.stride, frame, chunk.time[f]!, chunk.hostTime[f]!, emit)
        }
      },
      gap(_port, _gap, emit) {
        // A window never spans a gap: values resume one window after it, their index tells.
        window.gap(emit)
        antiAlias.state.primed = false
      },
    }
  },
}

function bandChannels(channel: Channel, { bands, scale }: BandPowerOptions): Channel[] {
  const unit = { absolute: `${channel.unit}^2`, relative: '1', dB: 'dB' }[scale]
  return bands.map(({ name }) => physicalChannel(`${channel.label} ${name}`, 'MISC', unit))
}

/** Bins from `first` up to, but not with, `end`. */
interface Bins {
  readonly first: number
  readonly end: number
}

interface BandPlan {
  readonly decimation: number
  readonly inputHz: number
  readonly rateHz: number
  /** What the spreading of the work over frames goes by. */
  readonly paceHz: number
  readonly windowFrames: number
  readonly hopFrames: number
  readonly fftLength: number
  readonly bands: readonly Bins[]
  readonly whole: Bins
}

function planBands(node: NodeName, input: StreamInfo, options: BandPowerOptions): BandPlan {
  const inputHz = rateOf(node, input)
  const whole = options.whole ?? {
    lowHz: Math.min(...options.bands.map((band) => band.lowHz)),
    highHz: Math.max(...options.bands.map((band) => band.highHz)),
  }
  const top = Math.max(whole.highHz, ...options.bands.map((band) => band.highHz))
  if (top > inputHz / 2) {
    throw refusal(
      node,
      `a band reaches ${top} Hz, but "${input.name}" runs at ${inputHz} Hz`,
      `Keep the bands below ${inputHz / 2} Hz.`,
    )
  }
  const decimation = Math.max(1, Math.floor(inputHz / (top * oversampling)))
  const rateHz = inputHz / decimation
  const windowFrames = Math.max(8, Math.round(options.windowSeconds * rateHz))
  const fftLength = 2 ** Math.ceil(Math.log2(windowFrames))
  const binOf = (hz: number) => Math.ceil((hz * fftLength) / rateHz - 1e-9)
  const binsOf = ({ lowHz, highHz }: { lowHz: number; highHz: number }) => ({
    first: binOf(lowHz),
    end: binOf(highHz),
  })
  return {
    decimation,
    inputHz,
    rateHz,
    paceHz: inputHz,
    windowFrames,
    hopFrames: Math.max(1, Math.round(options.hopSeconds * rateHz)),
    fftLength,
    bands: options.bands.map(binsOf),
    whole: binsOf(whole),
  }
}

function bandWork(plan: BandPlan, scale: BandPowerOptions['scale']): ChannelWork {
  const { bands, whole, windowFrames, rateHz, fftLength } = plan
  const periodogram = new Periodogram(taperOf('hann', windowFrames), rateHz, fftLength)
  const density = new Float64Array(periodogram.bins)
  const powerIn = ({ first, end }: Bins) => {
    let power = 0
    for (let k = first; k < end; k++) power += density[k]!
    return power * periodogram.binHz
  }
  return {
    values: bands.length,
    nanoseconds: periodogram.nanoseconds,
    compute(segment, into, at) {
      density.fill(0)
      periodogram.add(segment, 0, density)
      const total = scale === 'relative' ? powerIn(whole) : 1
      for (let b = 0; b < bands.length; b++) {
        const power = powerIn(bands[b]!)
        into[at + b] = scale === 'dB' ? decibel(power) : total > 0 ? power / total : 0
      }
    },
  }
}

/** Low-pass in front of the decimation; where there is none, the samples pass untouched. */
function newAntiAlias(plan: BandPlan, stride: number, maxFrames: number, memory: NodeMemory) {
  const designed =
    plan.decimation === 1
      ? []
      : butterworth(antiAliasOrder, { kind: 'low', cutHz: plan.rateHz * 0.4 }, plan.inputHz)
  const sections = memory.float64(designed.length * 5)
  packSections(designed, sections)
  const cascade = memory.float64(designed.length * 2 * stride)
  const last = memory.float32(stride)
  const filtered = memory.float32(maxFrames * stride)
  const kernels = kernelsOn(memory.wasm)
  const state = { cascade, last, primed: false }
  return {
    state,
    pass(chunk: Chunk): Float32Array {
      const data = chunk.data as Float32Array
      if (!designed.length) return data
      holdSound(data, chunk.frames, stride, last, filtered)
      if (!state.primed) primeIirState(sections, cascade, filtered, 0, stride)
      state.primed = true
      kernels.iirCascade(filtered, filtered, chunk.frames, stride, sections, cascade)
      return filtered
    },
  }
}
