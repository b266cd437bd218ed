/**
 * Wavelet shrinkage channel by channel (Donoho & Johnstone 1994), by the orthogonal or the
 * stationary transform: detail coefficients are drawn towards zero by the universal threshold, with
 * the noise estimated from the finest level of each block. To take artifacts away instead, it is what exceeds the threshold that goes. Blocks overlap
 * by half and are cross-faded; see `overlap-windows.ts` for delay, gaps and values that are not
 * finite. A straight line from end to end is taken off each block first, so that its ends meet.
 */
import {
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
  strideFor,
} from '../../signal/index.ts'
import { newOverlapWindows } from '../_artifact/overlap-windows.ts'
import { donePort, newRemovalRecord } from '../_artifact/removal-record.ts'
import { refusal } from '../_opening/refusal.ts'
import { deriveStream } from '../_stream/derive.ts'
import { type WaveletDenoiseOptions, waveletDenoiseOptions } from './options.ts'
import { StationaryTransform } from './stationary-transform.ts'
import { WaveletTransform } from './wavelet-transform.ts'

const kind = 'wavelet-denoise'
/** Median of the magnitude of a Gaussian, in standard deviations. */
const gaussianMedian = 0.6744897501960817
/** Fewer coefficients than the filter has taps make no sense at the coarsest level. */
const fewestCoefficients = 8
const maxBlock = 2 ** 18

export const waveletDenoise: NodeDefinition<WaveletDenoiseOptions> = {
  id: 'wavelet-denoise',
  title: 'Wavelet denoising',
  help: 'Shrinks the wavelet coefficients of every channel to remove noise, or artifacts.',
  options: waveletDenoiseOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'The denoised signal.' }, donePort],
  cost: { work: 230, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const frames = planBlock(id, input, options)
    const count = input.channels.length
    const stride = strideFor(count)
    const { target } = options
    const block = new Float64Array(frames)
    const { approximation, details, finest, forward, inverse } = openTransform(options, block)
    const magnitudes = new Float64Array(finest.length)
    const factor = options.thresholdScale * Math.sqrt(2 * Math.log(frames))
    const record = newRemovalRecord({
      node: id,
      kind,
      input,
      memory,
      windowSeconds: options.recordSeconds,
      own: input.channels.map(({ label, unit }) =>
        physicalChannel(`${label} threshold`, 'MISC', unit),
      ),
      options,
    })

    function thresholdOf(): number {
      const { length } = magnitudes
      for (let i = 0; i < length; i++) magnitudes[i] = Math.abs(finest[i]!)
      magnitudes.sort()
      const median = (magnitudes[length / 2 - 1]! + magnitudes[length / 2]!) / 2
      return (factor * median) / gaussianMedian
    }

    /** Leaves in the coefficients what is to be taken away. */
    function keepRemoved(threshold: number): void {
      approximation.fill(0)
      for (let d = 0; d < details.length; d++) {
        const values = details[d]!
        for (let i = 0; i < values.length; i++) {
          const value = values[i]!
          const below = Math.max(-threshold, Math.min(threshold, value))
          values[i] = target === 'noise' ? below : value - below
        }
      }
    }

    function removeFrom(window: Float32Array, c: number, removed: Float32Array): void {
      const first = window[c]!
      const slope = (window[(frames - 1) * stride + c]! - first) / (frames - 1)
      for (let f = 0; f < frames; f++) block[f] = window[f * stride + c]! - first - slope * f
      forward()
      record.own[c] = thresholdOf()
      keepRemoved(record.own[c]!)
      inverse()
      for (let f = 0; f < frames; f++) removed[f * stride + c] = block[f]!
    }

    const windows = newOverlapWindows(memory, {
      channels: count,
      windowFrames: frames,
      maxFrames,
      record,
      remove(window, removed) {
        for (let c = 0; c < count; c++) removeFrom(window, c, removed)
      },
    })
    return {
      outputs: { out: deriveStream(input, { node: id, kind, options }), done: record.info },
      delaySamples: windows.delaySamples,
      state: { windows: windows.state, record: record.state },
      process: (_port, chunk, emit) => windows.process(chunk, emit),
      gap: (_port, gap, emit) => windows.gap(gap, emit),
    }
  },
}

interface BlockTransform {
  readonly approximation: Float64Array
  readonly details: readonly Float64Array[]
  readonly finest: Float64Array
  /** From the block to the coefficients, and back. */
  forward(): void
  inverse(): void
}

function openTransform(options: WaveletDenoiseOptions, block: Float64Array): BlockTransform {
  const { wavelet, levels } = options
  if (options.transform === 'swt') {
    const transform = new StationaryTransform(wavelet, block.length, levels)
    return {
      approximation: transform.rows[levels]!,
      details: transform.rows.slice(0, levels),
      finest: transform.rows[0]!,
      forward: () => transform.forward(block),
      inverse: () => transform.inverse(block),
    }
  }
  const transform = new WaveletTransform(wavelet, block.length)
  const approximations = block.length / 2 ** levels
  return {
    approximation: block.subarray(0, approximations),
    details: [block.subarray(approximations)],
    finest: block.subarray(block.length / 2),
    forward: () => transform.forward(block, levels),
    inverse: () => transform.inverse(block, levels),
  }
}

/** A power of two. @throws SynapseError graph-invalid */
function planBlock(id: string, input: StreamInfo, options: WaveletDenoiseOptions): number {
  const rate = input.nominalRateHz
  const frames = 2 ** Math.round(Math.log2(options.blockSeconds * rate))
  const fewest = fewestCoefficients * 2 ** options.levels
  if (frames >= fewest && frames <= maxBlock) return frames
  throw refusal(
    { id, kind },
    `blockSeconds = ${options.blockSeconds} gives ${frames} samples at ${rate} Hz, ${options.levels} levels need ${fewest} to ${maxBlock}`,
    `Choose blockSeconds from ${fewest / rate} to ${maxBlock / rate} s, or fewer levels.`,
  )
}
