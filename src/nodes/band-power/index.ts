/**
 * Power in frequency bands over a sliding window, one frame per hop: the sum of the Hann
 * periodogram over each band. Signals much faster than the bands are decimated first, behind an
 * anti-alias filter. Value k belongs to the hop that ends with sample (k + 1) × hop − 1.
 */
import { butterworth, kernelsOn, packSections, primeIirState } from '../../kernels/index.ts'
import {
  type Channel,
  type Chunk,
  type Emit,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
  SynapseError,
  strideFor,
} from '../../signal/index.ts'
import { Periodogram } from '../_spectrum/periodogram.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
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
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const plan = planWindows(id, input, options)
    const { decimation, windowFrames, hopFrames, bands, rateHz } = plan
    const count = input.channels.length
    const stride = strideFor(count)
    const channels = input.channels.flatMap((channel) => bandChannels(channel, options))
    const output = newSignalBuffer(memory, channels.length, 1)
    const history = memory.float32(windowFrames * stride)
    const kernels = kernelsOn(memory.wasm)
    const filtered = memory.float32(maxFrames * stride)
    const sections = memory.float64(plan.antiAlias.length * 5)
    packSections(plan.antiAlias, sections)
    const cascade = memory.float64(plan.antiAlias.length * 2 * stride)
    const periodogram = new Periodogram(windowFrames, rateHz)
    const binHz = rateHz / periodogram.fftLength
    // `filled` counts the frames of the current unbroken run, `at` is where the next one goes.
    const state = { history, cascade, filled: 0, at: 0, primed: false }

    function antiAliased(chunk: Chunk): Float32Array {
      const data = chunk.data as Float32Array
      if (!plan.antiAlias.length) return data
      if (!state.primed) primeIirState(sections, cascade, data, 0, stride)
      state.primed = true
      kernels.iirCascade(data, filtered, chunk.frames, stride, sections, cascade)
      return filtered
    }

    function keep(data: Float32Array, from: number): void {
      const to = state.at * stride
      for (let c = 0; c < count; c++) history[to + c] = data[from + c]!
      state.at = (state.at + 1) % windowFrames
      state.filled++
    }

    function emitPowers(hop: number, chunk: Chunk, f: number, emit: Emit): void {
      for (let c = 0; c < count; c++) {
        const start = state.at * stride + c
        const density = periodogram.of(history, start, stride, history.length)
        for (let b = 0; b < bands.length; b++) {
          const { first, end } = bands[b]!
          let power = 0
          for (let k = first; k < end; k++) power += density[k]!
          output.data[c * bands.length + b] = power * binHz
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
          kind: 'band-power',
          type: 'Features',
          nominalRateHz: rateHz / hopFrames,
          channels,
          options,
        }),
      },
      delaySamples: Math.round((windowFrames * decimation) / 2),
      state,
      process(_port, chunk, emit) {
        const data = antiAliased(chunk)
        for (let f = 0; f < chunk.frames; f++) {
          const sample = chunk.firstSample + f + 1
          if (sample % decimation !== 0) continue
          keep(data, f * stride)
          const frame = sample / decimation
          if (frame % hopFrames === 0 && state.filled >= windowFrames) {
            emitPowers(frame / hopFrames - 1, chunk, f, emit)
          }
        }
      },
      gap() {
        // A window never spans a gap: values resume one window after it, their index tells.
        state.filled = 0
        state.primed = false
      },
    }
  },
}

function bandChannels(channel: Channel, options: BandPowerOptions): Channel[] {
  return options.bands.map(({ name }) =>
    physicalChannel(`${channel.label} ${name}`, 'MISC', `${channel.unit}^2`),
  )
}

function planWindows(id: string, input: StreamInfo, options: BandPowerOptions) {
  const inputRate = input.nominalRateHz
  const top = Math.max(...options.bands.map((band) => band.highHz))
  if (inputRate <= 0 || top > inputRate / 2) {
    throw new SynapseError(
      'graph-invalid',
      `opening node "${id}" (band-power): a band reaches ${top} Hz, but "${input.name}" runs at ${inputRate} Hz`,
      { remedy: `Keep the bands below ${inputRate / 2} Hz.` },
    )
  }
  const decimation = Math.max(1, Math.floor(inputRate / (top * oversampling)))
  const rateHz = inputRate / decimation
  const windowFrames = Math.max(8, Math.round(options.windowSeconds * rateHz))
  const fftLength = 2 ** Math.ceil(Math.log2(windowFrames))
  const binOf = (hz: number) => Math.ceil((hz * fftLength) / rateHz - 1e-9)
  return {
    decimation,
    rateHz,
    windowFrames,
    hopFrames: Math.max(1, Math.round(options.hopSeconds * rateHz)),
    bands: options.bands.map(({ lowHz, highHz }) => ({ first: binOf(lowHz), end: binOf(highHz) })),
    antiAlias:
      decimation === 1
        ? []
        : butterworth(antiAliasOrder, { kind: 'low', cutHz: rateHz * 0.4 }, inputRate),
  }
}
