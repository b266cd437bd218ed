/**
 * Keeps or rejects the signal epoch by epoch. A kept epoch leaves whole, once its last sample has
 * come in; in place of a rejected one stands a gap. Rejected are epochs with too large a swing
 * (peak to peak, as MNE's `reject`), too steep a step, a flat channel (MNE's `flat`), samples that
 * are improbable (see `joint-probability.ts`), values that are not finite, and incomplete ones.
 * Epoch k is the samples k × length to (k + 1) × length − 1.
 */
import {
  type Channel,
  type Chunk,
  type Emit,
  type Gap,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { epochExtremes } from './epoch-extremes.ts'
import { newJointProbability } from './joint-probability.ts'
import { type EpochRejectionOptions, epochRejectionOptions } from './options.ts'

const kind = 'epoch-rejection'
/** `reason` on the port `done` is an index into these. */
export const rejectionReasons = [
  'kept',
  'amplitude',
  'gradient',
  'flat',
  'improbable',
  'not finite',
  'incomplete',
] as const
type Reason = (typeof rejectionReasons)[number]
/** Values of an epoch, over all channels. */
const maxEpoch = 2 ** 24

export const epochRejection: NodeDefinition<EpochRejectionOptions> = {
  id: 'epoch-rejection',
  title: 'Epoch rejection',
  help: 'Leaves out epochs that are too large, too steep, flat or improbable.',
  options: epochRejectionOptions,
  inputs: [{ name: 'in', help: 'A signal in float32, in µV.' }],
  outputs: [
    { name: 'out', help: 'The kept epochs; a gap of reason "corrupt" for a rejected one.' },
    {
      name: 'done',
      help: 'Per epoch: reason (0 kept, 1 amplitude, 2 gradient, 3 flat, 4 improbable, 5 not finite, 6 incomplete), the worst channel’s index (-1: none), and what was measured.',
    },
  ],
  cost: { work: 8.9, given: 0.39 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const epochFrames = planEpoch(id, input, options)
    const count = input.channels.length
    const epoch = newSignalBuffer(memory, count, epochFrames)
    const { stride } = epoch
    const output = newSignalBuffer(memory, count, Math.min(epochFrames, maxFrames))
    const [swing, step] = [memory.float64(count), memory.float64(count)]
    const probability = newJointProbability(memory, count, options.memoryEpochs)
    const done = newSignalBuffer(memory, 2 + 3 * count, 1)
    const stepMs = 1000 / input.nominalRateHz
    // `kept` frames of the epoch are held; `whole` as long as none of it is missing.
    const state = {
      data: epoch.data,
      time: epoch.time,
      hostTime: epoch.hostTime,
      probability: probability.state,
      kept: 0,
      first: 0,
      whole: false,
    }
    const rejected: { -readonly [K in keyof Gap]: Gap[K] } = {
      atSample: 0,
      lostSamples: 0,
      exact: true,
      reason: 'corrupt',
    }
    let worst = -1

    /** The first channel over the limit, or -1. */
    function firstOver(values: Float64Array, limit: number | null, scale = 1): number {
      if (limit === null) return -1
      for (let c = 0; c < count; c++) if (values[c]! * scale > limit) return c
      return -1
    }

    function judge(): Reason {
      worst = -1
      if (!state.whole) return 'incomplete'
      epochExtremes(epoch.data, epochFrames, stride, swing, step)
      for (let c = 0; c < count; c++) if (Number.isNaN(swing[c]!)) worst = c
      if (worst >= 0) return 'not finite'
      if ((worst = firstOver(swing, options.amplitude)) >= 0) return 'amplitude'
      if ((worst = firstOver(step, options.gradientPerMs, 1 / stepMs)) >= 0) return 'gradient'
      if (options.flat !== null) worst = firstOver(swing, -options.flat, -1)
      if (worst >= 0) return 'flat'
      probability.score(epoch.data, epochFrames, stride)
      probability.learn()
      worst = firstOver(probability.z, options.improbability)
      return worst >= 0 ? 'improbable' : 'kept'
    }

    function emitDone(reason: Reason, emit: Emit): void {
      const measured = reason !== 'incomplete' && reason !== 'not finite'
      const scored = reason === 'kept' || reason === 'improbable'
      done.data[0] = rejectionReasons.indexOf(reason)
      done.data[1] = worst
      for (let c = 0; c < count; c++) {
        done.data[2 + 3 * c] = measured ? swing[c]! : 0
        done.data[3 + 3 * c] = measured ? step[c]! / stepMs : 0
        done.data[4 + 3 * c] = scored ? probability.z[c]! : 0
      }
      done.firstSample = Math.floor(state.first / epochFrames)
      done.frames = 1
      done.time[0] = epoch.time[state.kept - 1]!
      done.hostTime[0] = epoch.hostTime[state.kept - 1]!
      emit.chunk('done', done)
    }

    function emitEpoch(emit: Emit): void {
      for (let from = 0; from < state.kept; ) {
        const frames = Math.min(maxFrames, state.kept - from)
        const values = frames * stride
        for (let i = 0; i < values; i++) output.data[i] = epoch.data[from * stride + i]!
        for (let f = 0; f < frames; f++) {
          output.time[f] = epoch.time[from + f]!
          output.hostTime[f] = epoch.hostTime[from + f]!
        }
        output.firstSample = state.first + from
        output.frames = frames
        emit.chunk('out', output)
        from += frames
      }
    }

    /** Lets go of what is held, as an epoch or as a gap. */
    function endEpoch(emit: Emit, last: boolean): void {
      const reason = judge()
      if (last) emitDone(reason, emit)
      if (reason === 'kept') emitEpoch(emit)
      else {
        rejected.atSample = state.first
        rejected.lostSamples = state.kept
        emit.gap('out', rejected)
      }
      state.kept = 0
      state.whole = false
    }

    function keep(chunk: Chunk, f: number): void {
      const sample = chunk.firstSample + f
      if (state.kept === 0) {
        state.first = sample
        state.whole = sample % epochFrames === 0
      }
      const to = state.kept * stride
      for (let c = 0; c < count; c++) epoch.data[to + c] = chunk.data[f * chunk.stride + c]!
      epoch.time[state.kept] = chunk.time[f]!
      epoch.hostTime[state.kept] = chunk.hostTime[f]!
      state.kept++
    }

    return {
      outputs: {
        out: deriveStream(input, { node: id, kind, options }),
        done: doneStream(id, input, epochFrames, options),
      },
      delaySamples: epochFrames - 1,
      state,
      process(_port, chunk, emit) {
        for (let f = 0; f < chunk.frames; f++) {
          keep(chunk, f)
          if ((chunk.firstSample + f + 1) % epochFrames === 0) endEpoch(emit, true)
        }
      },
      gap(_port, gap, emit) {
        if (state.kept > 0) {
          state.whole = false
          const end = (Math.floor(state.first / epochFrames) + 1) * epochFrames
          endEpoch(emit, gap.atSample + gap.lostSamples >= end)
        }
        emit.gap('out', gap)
      },
    }
  },
}

function doneStream(
  id: string,
  input: StreamInfo,
  epochFrames: number,
  options: object,
): StreamInfo {
  const channels: Channel[] = [
    physicalChannel('reason', 'MISC', '1'),
    physicalChannel('channel', 'MISC', '1'),
    ...input.channels.flatMap(({ label, unit }) => [
      physicalChannel(`${label} peak-to-peak`, 'MISC', unit),
      physicalChannel(`${label} gradient`, 'MISC', `${unit}/ms`),
      physicalChannel(`${label} improbability`, 'MISC', '1'),
    ]),
  ]
  const nominalRateHz = input.nominalRateHz / epochFrames
  return {
    ...deriveStream(input, { node: id, kind, type: 'Artifacts', nominalRateHz, channels, options }),
    id: `${input.id}/${id}.done`,
    name: `${input.name} ${id} done`,
  }
}

/** @throws SynapseError graph-invalid */
function planEpoch(id: string, input: StreamInfo, { epochSeconds }: EpochRejectionOptions): number {
  const frames = Math.round(epochSeconds * input.nominalRateHz)
  const most = Math.floor(maxEpoch / Math.max(8, input.channels.length))
  if (frames >= 2 && frames <= most) return frames
  throw refusal(
    { id, kind },
    `epochSeconds = ${epochSeconds} gives ${frames} samples at ${input.nominalRateHz} Hz, allowed are 2 to ${most}`,
  )
}
