/**
 * Several bands of every channel at once, each by a causal band-pass as in `filter-iir`: the bands
 * of one channel follow each other. Every filter starts as if the first sample had been there for
 * ever; for a value that is not finite it takes the channel's last one that was.
 */
import type { Section } from '../../kernels/index.ts'
import {
  type Channel,
  type NodeDefinition,
  type NodeInstance,
  reasonOf,
  strideFor,
} from '../../signal/index.ts'
import { newSoundInput } from '../_hold/sound-input.ts'
import { newRunningCascade, type RunningCascade } from '../_iir/running-cascade.ts'
import { sectionsFor } from '../_iir/shape.ts'
import { refusal } from '../_opening/refusal.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type FilterBankOptions, filterBankOptions } from './options.ts'

export const filterBank: NodeDefinition<FilterBankOptions> = {
  id: 'filter-bank',
  title: 'Filter bank',
  help: 'Splits every channel into named frequency bands.',
  options: filterBankOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One channel per channel and band, in the channel’s unit.' }],
  cost: { work: 20, given: 5 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const count = input.channels.length
    const stride = strideFor(count)
    const channels = input.channels.flatMap((channel) => bandChannels(channel, options))
    const output = newSignalBuffer(memory, channels.length, maxFrames)
    const bank = design(id, options, input.nominalRateHz).map((sections) =>
      newRunningCascade(memory, sections, count),
    )
    const held = memory.float32(stride * maxFrames)
    const filtered = memory.float32(stride * maxFrames)
    const sound = newSoundInput(memory, count)
    const state = {
      bank: Object.fromEntries(bank.map((cascade, b) => [String(b), cascade.state])),
      last: sound.last,
      primed: false,
    }
    const bridgeSamples = options.bridgeSeconds * input.nominalRateHz

    return {
      outputs: { out: deriveStream(input, { node: id, kind: 'filter-bank', channels, options }) },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        const data = sound.of(chunk, held)
        for (let b = 0; b < bank.length; b++) {
          if (!state.primed) bank[b]!.prime(data)
          bank[b]!.run(data, filtered, chunk.frames)
          scatter(filtered, chunk.frames, count, stride, output.data, b, bank.length, output.stride)
        }
        state.primed = true
        copyTimes(chunk, output)
        emit.chunk('out', output)
      },
      gap(_port, gap, emit) {
        if (gap.lostSamples > bridgeSamples) state.primed = false
        else if (state.primed) hold(bank, gap.lostSamples)
        emit.gap('out', gap)
      },
    }

    /** Lets the filters' states run on over a short gap; nothing of it is emitted. */
    function hold(cascades: readonly RunningCascade[], frames: number): void {
      sound.held(held)
      for (const cascade of cascades) {
        for (let f = 0; f < frames; f++) cascade.run(held, filtered, 1)
      }
    }
  },
}

/** Channel c of a band goes to c × bands + band. */
function scatter(
  from: Float32Array,
  frames: number,
  count: number,
  stride: number,
  into: Float32Array,
  band: number,
  bands: number,
  intoStride: number,
): void {
  for (let f = 0; f < frames; f++) {
    for (let c = 0; c < count; c++) {
      into[f * intoStride + c * bands + band] = from[f * stride + c]!
    }
  }
}

function bandChannels({ range: _, ...channel }: Channel, { bands }: FilterBankOptions): Channel[] {
  return bands.map(({ name }) => ({ ...channel, label: `${channel.label} ${name}` }))
}

/** @throws SynapseError graph-invalid for a band that is impossible at this rate */
function design(id: string, options: FilterBankOptions, rateHz: number): Section[][] {
  return options.bands.map(({ name, lowHz, highHz }) => {
    try {
      return sectionsFor(options, options.order, { kind: 'band', lowHz, highHz }, rateHz)
    } catch (cause) {
      throw refusal(
        { id, kind: 'filter-bank' },
        `band "${name}": ${reasonOf(cause)}`,
        `Keep every band between 0 and ${rateHz / 2} Hz.`,
        cause,
      )
    }
  })
}
