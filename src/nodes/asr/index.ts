/**
 * Artifact subspace reconstruction (Mullen et al. 2015, Kothe & Jung 2016): where a window has
 * more variance along some direction than clean data ever had, that direction is reconstructed
 * from the others. Calibrated on the clean windows of the stream's first seconds, or by what was
 * calibrated before. Judged is the signal above `highPassHz`, weighed by frequency (see
 * `spectral-shape.ts`); changed is the signal above `highPassHz`, so offsets pass untouched. Samples leave half a window and a step late, with
 * their own index and time; at a gap all that is held leaves at once. Values that are not finite
 * pass, and count as the channel's last sound value.
 */
import { kernelsOn, SymmetricEigen } from '../../kernels/index.ts'
import {
  type Emit,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
} from '../../signal/index.ts'
import { newDelayLine } from '../_artifact/delay-line.ts'
import { donePort, newRemovalRecord } from '../_artifact/removal-record.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { calibrate } from './calibration.ts'
import { keepCleanWindows } from './clean-windows.ts'
import { newJudgedSignal } from './judged-signal.ts'
import { type AsrOptions, asrOptions } from './options.ts'
import { planAsr, setCalibration } from './plan.ts'
import { newReconstruction } from './reconstruction.ts'

const kind = 'asr'
const ownChannels = [
  physicalChannel('calibrated', 'MISC', '1'),
  physicalChannel('directions removed', 'MISC', '1'),
  physicalChannel('calibration used', 'MISC', '1'),
]

export const asr: NodeDefinition<AsrOptions> = {
  id: 'asr',
  title: 'Artifact subspace reconstruction',
  help: 'Reconstructs bursts of large artifacts from what the channels have in common in clean data.',
  options: asrOptions,
  inputs: [{ name: 'in', help: 'A signal in float32, two channels or more of one unit.' }],
  outputs: [{ name: 'out', help: 'The signal with bursts reconstructed.' }, donePort],
  cost: { work: 63, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const plan = planAsr(id, input, options)
    const { windowFrames, stepFrames, halfFrames, calibrationFrames } = plan
    const count = input.channels.length
    const line = newDelayLine(memory, count, halfFrames + stepFrames)
    const { stride } = line
    const output = newSignalBuffer(memory, count, maxFrames)
    const kernels = kernelsOn(memory.wasm)
    const signal = newJudgedSignal(memory, {
      channels: count,
      cutHz: options.highPassHz,
      rateHz: input.nominalRateHz,
      maxFrames,
      isShaped: plan.isShaped,
    })
    const held = memory.float32((halfFrames + stepFrames) * stride)
    const history = memory.float32(windowFrames * stride)
    const products = memory.float64(stride * stride)
    const sums = memory.float64(stride)
    const wide = memory.float64(8 * stride)
    const eigen = new SymmetricEigen(memory, count)
    const known = {
      covariance: memory.float64(count * count),
      thresholds: memory.float64(count * count),
    }
    const given = setCalibration(id, options, known, count)
    const calibrationData = memory.float32(given ? 0 : calibrationFrames * stride)
    const { removal, update } = newReconstruction(memory, eigen, known, options.maxRemovedShare)
    const before = memory.float64(count * count)
    const about = { node: id, kind, input, memory, own: ownChannels, options }
    const record = newRemovalRecord({ ...about, windowSeconds: options.recordSeconds })
    // `removed` and `removedBefore`: directions of the matrices `removal` and `before`.
    const state = {
      line: line.state,
      record: record.state,
      signal: signal.state,
      held,
      history,
      calibrationData,
      ...known,
      removal,
      before,
      at: 0,
      filled: 0,
      collected: 0,
      calibrated: given,
      used: given ? 1 : 0,
      removed: 0,
      removedBefore: 0,
    }

    function keep(from: number, place: number): void {
      for (let c = 0; c < count; c++) {
        const value = signal.changed[from + c]!
        held[place * stride + c] = value
        history[state.at * stride + c] = signal.judged[from + c]!
        if (!state.calibrated) calibrationData[state.collected * stride + c] = value
      }
      state.at = (state.at + 1) % windowFrames
      state.filled = Math.min(windowFrames, state.filled + 1)
      if (!state.calibrated && ++state.collected === calibrationFrames) learn()
    }

    /** What is calibrated on is shaped as one piece, in place. */
    function learn(): void {
      const windows = { data: calibrationData, stride, channels: count, windowFrames }
      const clean = options.calibrationWindows === 'clean'
      const all = calibrationFrames
      const frames = clean
        ? keepCleanWindows({ ...windows, frames: all }, options.maxBadShare)
        : all
      signal.weigh(calibrationData, frames)
      const { blockFrames } = plan
      const { cutoff } = options
      state.collected = 0
      state.used = frames / calibrationFrames
      state.calibrated = calibrate(
        { data: calibrationData, frames, stride, blockFrames, windowFrames, cutoff, eigen },
        known.covariance,
        known.thresholds,
      )
    }

    function decide(): void {
      before.set(removal)
      state.removedBefore = state.removed
      if (!state.calibrated) return
      products.fill(0)
      sums.fill(0)
      kernels.addProducts(history, state.filled, stride, products, sums, 1, wide)
      for (let i = 0; i < products.length; i++) products[i] = products[i]! / state.filled
      state.removed = update(products, stride)
    }

    /** Frame `f` of the line to frame `to` of the output; `blend` from the old matrix to the new. */
    function cleanFrame(f: number, to: number, blend: number): void {
      const changed = state.removed > 0 || state.removedBefore > 0
      for (let c = 0; c < stride; c++) {
        let rest = line.data[f * stride + c]!
        if (changed && c < count) {
          for (let j = 0; j < count; j++) {
            const i = c * count + j
            const share = blend * removal[i]! + (1 - blend) * before[i]!
            rest -= share * held[f * stride + j]!
          }
        }
        output.data[to * stride + c] = rest
      }
    }

    function release(frames: number, blended: boolean, emit: Emit): void {
      record.own[0] = state.calibrated ? 1 : 0
      record.own[1] = Math.max(state.removed, state.removedBefore)
      record.own[2] = state.used
      for (let from = 0; from < frames; from += output.frames) {
        output.frames = Math.min(maxFrames, frames - from)
        for (let f = 0; f < output.frames; f++) {
          const part = (from + f + 1) / frames
          cleanFrame(from + f, f, blended ? (1 - Math.cos(Math.PI * part)) / 2 : 1)
        }
        line.emitFrames(from, output, record, emit)
      }
      line.drop(frames)
      held.copyWithin(0, frames * stride)
    }

    return {
      outputs: { out: deriveStream(input, { node: id, kind, options }), done: record.info },
      delaySamples: halfFrames + stepFrames - 1,
      state,
      process(_port, chunk, emit) {
        signal.take(chunk)
        for (let f = 0; f < chunk.frames; f++) {
          keep(f * stride, line.held())
          line.push(chunk, f)
          if ((chunk.firstSample + f + 1) % stepFrames !== 0) continue
          decide()
          release(Math.max(0, line.held() - halfFrames), true, emit)
        }
      },
      gap(_port, gap, emit) {
        release(line.held(), false, emit)
        record.gap(gap, emit)
        state.filled = 0
        state.at = 0
        signal.restart()
        state.removed = 0
        removal.fill(0)
        emit.gap('out', gap)
      },
    }
  },
}
