/**
 * Is a channel worth looking at? Per window and channel: a score from 0 to 1, the RMS, the share
 * of mains hum, the reason when the score is low, the noise floor (see `noise-floor.ts`) and the
 * likeness to its neighbours (see `neighbours.ts`; 1 for a channel whose place or neighbours are
 * not known). Judged on the raw signal in µV, before any filter, with its offset removed.
 */
import { kernelsOn } from '../../kernels/index.ts'
import {
  type Channel,
  type Chunk,
  type Emit,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  strideFor,
} from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { newNeighbours } from './neighbours.ts'
import { newNoiseFloor } from './noise-floor.ts'
import { type QualityOptions, qualityOptions } from './options.ts'

/** Values per channel, in this order; `reason` is an index into `qualityReasons`. */
export const qualityFields = ['score', 'rms', 'mains', 'reason', 'floor', 'neighbours'] as const
export const qualityReasons = ['good', 'railed', 'flat', 'mains', 'noisy', 'alone'] as const

/** Blocks are averaged down to about this rate before the mains share is measured. */
const blockRateHz = 500
/** Within this share of the converter's range a channel is railed. */
const railShare = 0.99
/** Memory of the correlation with the neighbours, and how much of it is needed for a verdict. */
const neighbourSeconds = 10
const fewestNeighbourSeconds = 5
/** A channel has been unlike its neighbours for so long before it is called alone. */
const aloneSeconds = 2

export const quality: NodeDefinition<QualityOptions> = {
  id: 'quality',
  title: 'Signal quality',
  help: 'Judges every channel: railed, flat, full of mains hum, noisy, unlike its neighbours, or good.',
  options: qualityOptions,
  inputs: [{ name: 'in', help: 'The raw signal in physical units.' }],
  outputs: [
    {
      name: 'out',
      help: 'Score, RMS, mains share, reason, noise floor and likeness for each channel.',
    },
  ],
  cost: { work: 16, given: 0.048 },
  open({ id, inputs, options, memory }): NodeInstance {
    const input = inputs.in!
    const rate = input.nominalRateHz
    if (rate < 2.2 * options.mainsHz) {
      throw refusal(
        { id, kind: 'quality' },
        `${rate} Hz is too slow to see ${options.mainsHz} Hz hum`,
      )
    }
    const count = input.channels.length
    const stride = strideFor(count)
    const blockSamples = Math.max(1, Math.floor(rate / blockRateHz))
    const blocks = Math.max(8, Math.round((options.windowSeconds * rate) / blockSamples))
    const windowSamples = blocks * blockSamples
    const turn = 2 * Math.cos((2 * Math.PI * options.mainsHz * blockSamples) / rate)
    const kernels = kernelsOn(memory.wasm)
    const lent = () => memory.float64(stride)
    const [low, high] = [memory.float32(stride), memory.float32(stride)]
    const [sum, squares, block, ignored] = [lent(), lent(), lent(), lent()]
    const [s1, s2, values] = [lent(), lent(), lent()]
    const blockHz = rate / blockSamples
    const { mainsHz } = options
    const shape = { channels: count, rateHz: blockHz, windowValues: blocks, mainsHz }
    const floor = newNoiseFloor(memory, shape)
    const windowSeconds = windowSamples / rate
    const neighbours = newNeighbours(memory, input, Math.exp(-windowSeconds / neighbourSeconds))
    const sums = [sum, squares, block, s1, s2]
    const channels = input.channels.flatMap(fieldsOf)
    const output = newSignalBuffer(memory, channels.length, 1)
    const offset = lent()
    /** Windows in a row in which a channel was unlike its neighbours. */
    const unlike = lent()
    const aloneWindows = Math.ceil(aloneSeconds / windowSeconds)
    const found = { ...nothingFound }
    const state = {
      low,
      high,
      sum,
      squares,
      block,
      s1,
      s2,
      offset,
      floor: floor.state,
      neighbours: neighbours.state,
      unlike,
      filled: 0,
    }

    function beginWindow(data: Float32Array, at: number): void {
      low.fill(Number.POSITIVE_INFINITY)
      high.fill(Number.NEGATIVE_INFINITY)
      for (let i = 0; i < sums.length; i++) sums[i]!.fill(0)
      for (let c = 0; c < count; c++) offset[c] = data[at + c]!
      floor.begin()
      neighbours.begin()
    }

    /** Goertzel, one step per block mean, the first value of the window taken off. */
    function endBlock(): void {
      for (let c = 0; c < count; c++) {
        const x = block[c]! / blockSamples - offset[c]!
        const s0 = x + turn * s1[c]! - s2[c]!
        s2[c] = s1[c]!
        s1[c] = s0
        block[c] = 0
        values[c] = x
        floor.take(c, x)
      }
      floor.next()
      neighbours.take(values)
    }

    function measure(c: number): void {
      const mean = sum[c]! / windowSamples
      const variance = Math.max(0, squares[c]! / windowSamples - mean * mean)
      const power = s1[c]! ** 2 + s2[c]! ** 2 - turn * s1[c]! * s2[c]!
      // A sine of amplitude A gives (A × blocks / 2)², and has the variance A² / 2.
      found.mains = variance > 0 ? Math.min(1, (2 * power) / (blocks * blocks) / variance) : 0
      found.rms = Math.sqrt(variance)
      found.low = low[c]!
      found.high = high[c]!
      found.floor = floor.density(c)
      found.likeness = neighbours.likeness(c)
      const isKnown = neighbours.weight() * windowSeconds >= fewestNeighbourSeconds
      const isUnlike = options.aloneBelow !== null && found.likeness < options.aloneBelow
      unlike[c] = isKnown && isUnlike && neighbours.isBesideAlike(c) ? unlike[c]! + 1 : 0
      found.alone = unlike[c]! >= aloneWindows
    }

    function emitWindow(window: number, chunk: Chunk, f: number, emit: Emit): void {
      neighbours.end(blocks)
      for (let c = 0; c < count; c++) {
        measure(c)
        judge(input.channels[c]!, options, found, output.data, c * qualityFields.length)
      }
      output.firstSample = window
      output.frames = 1
      output.time[0] = chunk.time[f]!
      output.hostTime[0] = chunk.hostTime[f]!
      emit.chunk('out', output)
    }

    return {
      outputs: {
        out: deriveStream(input, {
          node: id,
          kind: 'quality',
          type: 'Quality',
          nominalRateHz: rate / windowSamples,
          channels,
          options,
        }),
      },
      delaySamples: Math.round(windowSamples / 2),
      state,
      process(_port, chunk, emit) {
        const data = chunk.data as Float32Array
        for (let f = 0; f < chunk.frames; ) {
          const sample = chunk.firstSample + f
          if (sample % windowSamples === 0) {
            beginWindow(data, f * stride)
            state.filled = 0
          }
          const untilBlock = blockSamples - (sample % blockSamples)
          const frames = Math.min(chunk.frames - f, untilBlock)
          kernels.envelope(data, f * stride, frames, stride, low, high)
          kernels.powerSums(data, f * stride, frames, stride, sum, squares)
          kernels.powerSums(data, f * stride, frames, stride, block, ignored)
          f += frames
          state.filled += frames
          if (frames === untilBlock) endBlock()
          const next = sample + frames
          if (next % windowSamples === 0 && state.filled === windowSamples) {
            emitWindow(next / windowSamples - 1, chunk, f - 1, emit)
          }
        }
      },
      gap() {
        // The window that the gap falls into is not judged: it never fills.
        state.filled = Number.NEGATIVE_INFINITY
      },
    }
  },
}

/** What is known of one channel's window. */
const nothingFound = {
  low: 0,
  high: 0,
  rms: 0,
  mains: 0,
  floor: 0,
  likeness: 1,
  /** Unlike its neighbours, for long enough to go by. */
  alone: false,
}

function fieldsOf(channel: Channel): Channel[] {
  const { unit } = channel
  const units = { rms: unit, floor: `${unit}/√Hz` } as Record<string, string>
  return qualityFields.map((field) =>
    physicalChannel(`${channel.label} ${field}`, 'MISC', units[field] ?? '1'),
  )
}

function judge(
  { range }: Channel,
  options: QualityOptions,
  { low, high, rms, mains, floor, likeness, alone }: typeof nothingFound,
  into: Float32Array,
  at: number,
): void {
  const railed =
    range !== undefined && (low <= range[0] * railShare || high >= range[1] * railShare)
  const flat = high - low < options.flatUv
  const noise = rms / options.noisyUv
  const humming = mains > 0.5 && rms * Math.sqrt(mains) > 10
  const clean = Math.max(0, 1 - noise / 2) * (1 - mains / 2) * (alone ? 0.5 : 1)
  into[at] = railed || flat ? 0 : Math.min(1, clean)
  into[at + 1] = rms
  into[at + 2] = mains
  into[at + 3] = railed ? 1 : flat ? 2 : humming ? 3 : noise > 1 ? 4 : alone ? 5 : 0
  into[at + 4] = floor
  into[at + 5] = likeness
}
