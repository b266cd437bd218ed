/**
 * Removes blinks by regression on the frontal channels, causal and sample by sample: while a blink
 * is under way, it learns how much of the frontal deflection reaches each channel and subtracts
 * that share. Between blinks the signal passes untouched. A value that is not finite passes, and its
 * frame teaches nothing. After Gratton, Coles & Donchin (1983),
 * with running instead of epoch averages and no EOG channel.
 */
import {
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  strideFor,
} from '../../signal/index.ts'
import { donePort, newRemovalRecord } from '../_artifact/removal-record.ts'
import { rateOf } from '../_opening/refusal.ts'
import { frontalChannels } from '../_scalp/frontal.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type BlinkRemovalOptions, blinkRemovalOptions } from './options.ts'

/** Time constants in seconds: slow baseline, smoothing of the detector, and the gate's edges. */
const baselineSeconds = 1
const smoothSeconds = 0.012
const attackSeconds = 0.004
const releaseSeconds = 0.08
const holdSeconds = 0.15
/** After a longer gap nothing is known of the baseline any more. */
const forgetSeconds = 0.5

const kind = 'blink-removal'

export const blinkRemoval: NodeDefinition<BlinkRemovalOptions> = {
  id: 'blink-removal',
  title: 'Blink removal',
  help: 'Subtracts eye blinks, learnt from the frontal channels, from every channel.',
  options: blinkRemovalOptions,
  inputs: [{ name: 'in', help: 'A band-passed EEG signal in µV.' }],
  outputs: [{ name: 'out', help: 'The signal without blinks.' }, donePort],
  cost: { work: 8.1, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const rate = rateOf({ id, kind }, input)
    const frontal = Int32Array.from(frontalChannels(input))
    const stride = strideFor(input.channels.length)
    const output = newSignalBuffer(memory, input.channels.length, maxFrames)
    const baseline = memory.float64(stride)
    const shared = memory.float64(stride)
    const share = memory.float64(stride)
    const record = newRemovalRecord({
      node: id,
      kind,
      input,
      memory,
      windowSeconds: options.recordSeconds,
      own: [physicalChannel('blinking', 'MISC', '1')],
      options,
    })
    const state = {
      record: record.state,
      baseline,
      shared,
      share,
      power: 0,
      smooth: 0,
      gate: 0,
      hold: 0,
      primed: false,
    }
    const towards = (seconds: number) => 1 - Math.exp(-1 / (seconds * rate))
    const keepBaseline = towards(baselineSeconds)
    const keepSmooth = towards(smoothSeconds)
    const attack = towards(attackSeconds)
    const release = towards(releaseSeconds)
    const forget = 1 - towards(options.memorySeconds)
    const holdSamples = Math.round(holdSeconds * rate)

    /** Mean frontal deflection from its baseline. */
    function deflection(data: Float32Array, at: number): number {
      let sum = 0
      for (let i = 0; i < frontal.length; i++) {
        const c = frontal[i]!
        sum += data[at + c]! - baseline[c]!
      }
      return sum / frontal.length
    }

    function moveGate(eye: number): void {
      state.smooth += (eye - state.smooth) * keepSmooth
      const excess = Math.abs(state.smooth) / options.thresholdUv
      if (excess > 1) state.hold = holdSamples
      else if (state.hold > 0) state.hold--
      // Half open already on the way up to the threshold, so that the rising edge is caught too.
      const target = state.hold > 0 ? 1 : Math.max(0, 2 * excess - 1)
      state.gate += (target - state.gate) * (target > state.gate ? attack : release)
      if (target === 0 && state.gate < 1e-3) state.gate = 0
    }

    function learn(data: Float32Array, at: number, eye: number): void {
      state.power = state.power * forget + eye * eye
      for (let c = 0; c < stride; c++) {
        const rest = data[at + c]! - baseline[c]!
        shared[c] = shared[c]! * forget + (Number.isFinite(rest) ? rest : 0) * eye
        share[c] = state.power > 0 ? shared[c]! / state.power : 0
      }
    }

    function frame(data: Float32Array, at: number): void {
      const eye = deflection(data, at)
      if (!Number.isFinite(eye)) {
        for (let c = 0; c < stride; c++) output.data[at + c] = data[at + c]!
        return
      }
      moveGate(eye)
      if (state.hold > 0) learn(data, at, eye)
      else {
        for (let c = 0; c < stride; c++) {
          const rest = data[at + c]! - baseline[c]!
          if (Number.isFinite(rest)) baseline[c] = baseline[c]! + rest * keepBaseline
        }
      }
      const weight = state.gate * eye
      for (let c = 0; c < stride; c++) output.data[at + c] = data[at + c]! - weight * share[c]!
    }

    return {
      outputs: { out: deriveStream(input, { node: id, kind, options }), done: record.info },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        const data = chunk.data as Float32Array
        if (!state.primed) {
          for (let c = 0; c < stride; c++) baseline[c] = Number.isFinite(data[c]!) ? data[c]! : 0
          state.smooth = 0
          state.gate = 0
          state.hold = 0
          state.primed = true
        }
        copyTimes(chunk, output)
        for (let f = 0; f < chunk.frames; f++) {
          const at = f * stride
          if (record.begins()) record.own[0] = 0
          frame(data, at)
          record.own[0] = Math.max(record.own[0]!, state.gate)
          record.frame(data, at, output, f, emit)
        }
        emit.chunk('out', output)
      },
      gap(_port, gap, emit) {
        if (gap.lostSamples > forgetSeconds * rate) state.primed = false
        record.gap(gap, emit)
        emit.gap('out', gap)
      },
    }
  },
}
