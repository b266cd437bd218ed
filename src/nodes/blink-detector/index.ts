/**
 * Blinks by rule: the mean of the frontal channels, band-passed from 1 to 10 Hz (causal Butterworth
 * of order 2), leaves ±thresholdUv for as long as a blink lasts. Its two lobes, which such a filter
 * makes of every blink, count as one event. Events as in `_event/event-stream.ts`; `channel` is the
 * first channel looked at, `peak` the largest absolute deflection. The input is in µV, with or
 * without a high-pass before it.
 *
 * A value that is not finite counts as the one before it. A gap ends a blink; the filter starts
 * anew as if the first sample had been there for ever.
 */
import { butterworth, kernelsOn, packSections, primeIirState } from '../../kernels/index.ts'
import {
  type NodeDefinition,
  type NodeInstance,
  type NodeMemory,
  type StreamInfo,
  strideFor,
} from '../../signal/index.ts'
import { limitsOf, newEventTracker } from '../_event/event-tracker.ts'
import { type NodeName, rateOf, refusal } from '../_opening/refusal.ts'
import { frontalChannels } from '../_scalp/frontal.ts'
import { type BlinkDetectorOptions, blinkDetectorOptions } from './options.ts'

const band = { kind: 'band', lowHz: 1, highHz: 10 } as const
const order = 2
/** Between the two lobes of one blink at most. */
const mergeSeconds = 0.1

export const blinkDetector: NodeDefinition<BlinkDetectorOptions> = {
  id: 'blink-detector',
  title: 'Blink detector',
  help: 'Finds eye blinks on the frontal channels by their size and duration.',
  options: blinkDetectorOptions,
  inputs: [{ name: 'in', help: 'An EEG signal in µV.' }],
  outputs: [{ name: 'out', help: 'One frame per blink.' }],
  cost: { work: 3.3, given: 0.0011 },
  open(context): NodeInstance {
    const { options, memory } = context
    const input = context.inputs.in!
    const node = { id: context.id, kind: 'blink-detector' }
    const rateHz = rateOf(node, input)
    const picked = Int32Array.from(pickChannels(node, input, options.channels))
    const filter = newEyeFilter(node, rateHz, memory)
    const last = memory.float32(input.channels.length)
    const tracker = newEventTracker(context, {
      kind: 'blink-detector',
      rateHz,
      channels: 1,
      limits: limitsOf(rateHz, {
        merge: mergeSeconds,
        fewest: options.minimumSeconds,
        most: options.maximumSeconds,
        refractory: options.refractorySeconds,
      }),
      describe: (_channel, _onset, _end, values) => {
        values[0] = picked[0]!
        return true
      },
    })

    function meanAt(data: ArrayLike<number>, at: number): number {
      let sum = 0
      for (let i = 0; i < picked.length; i++) {
        const c = picked[i]!
        const value = data[at + c]!
        if (Number.isFinite(value)) last[c] = value
        sum += last[c]!
      }
      return sum / picked.length
    }

    return {
      outputs: { out: tracker.info },
      delaySamples: 0,
      state: { filter: filter.state, last, tracker: tracker.state },
      process(_port, chunk, emit) {
        for (let f = 0; f < chunk.frames; f++) {
          const index = chunk.firstSample + f
          tracker.now(chunk, f)
          const eye = Math.abs(filter.next(meanAt(chunk.data, f * chunk.stride)))
          tracker.values[0] = eye
          tracker.step(0, index, eye > options.thresholdUv, emit)
        }
      },
      gap(_port, _gap, emit) {
        tracker.gap(emit)
        filter.state.primed = false
      },
    }
  },
}

/** The band-pass, one value at a time in a row of its own. */
function newEyeFilter(node: NodeName, rateHz: number, memory: NodeMemory) {
  if (band.highHz >= rateHz / 2) {
    throw refusal(node, `${rateHz} Hz is too slow to see a blink`, 'Give it more than 20 Hz.')
  }
  const designed = butterworth(order, band, rateHz)
  const stride = strideFor(1)
  const sections = memory.float64(designed.length * 5)
  packSections(designed, sections)
  const kernels = kernelsOn(memory.wasm)
  const row = memory.float32(stride)
  const state = { cascade: memory.float64(designed.length * 2 * stride), primed: false }
  return {
    state,
    next(value: number): number {
      row[0] = value
      if (!state.primed) primeIirState(sections, state.cascade, row, 0, stride)
      state.primed = true
      kernels.iirCascade(row, row, 1, stride, sections, state.cascade)
      return row[0]!
    },
  }
}

/** @throws SynapseError graph-invalid for a channel that is not there */
function pickChannels(
  node: NodeName,
  input: StreamInfo,
  wanted: BlinkDetectorOptions['channels'],
): readonly number[] {
  if (wanted === 'frontal') return frontalChannels(input)
  const { length } = input.channels
  const missing = wanted.find((channel) => channel >= length)
  if (missing === undefined) return wanted
  throw refusal(
    node,
    `channels holds ${missing}, but "${input.name}" has ${length} channels`,
    `Choose indices from 0 to ${length - 1}.`,
  )
}
