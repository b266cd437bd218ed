/**
 * Subtracts from every EEG channel what it shares with the EOG, after Gratton, Coles & Donchin
 * (1983) and Croft & Barry (2000): y − b·(eog − mean), with b by least squares as in MNE's
 * EOGRegression. Without EOG channels the frontal EEG channels take their place; what the brain
 * shares with them goes too, and they themselves stay as they are. Causal, without delay. Gaps
 * forget nothing. A frame whose reference is not finite passes uncleaned and teaches nothing.
 */
import {
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { donePort, newRemovalRecord } from '../_artifact/removal-record.ts'
import { newRunningRegression } from '../_artifact/running-regression.ts'
import { rateOf, refusal } from '../_opening/refusal.ts'
import { frontalChannels } from '../_scalp/frontal.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type EyeRegressionOptions, eyeRegressionOptions } from './options.ts'

const kind = 'eye-regression'
/** The running weights are computed anew this often, and first after `warmUpSeconds`. */
const solveSeconds = 0.1
const warmUpSeconds = 1

export const eyeRegression: NodeDefinition<EyeRegressionOptions> = {
  id: 'eye-regression',
  title: 'Eye regression',
  help: 'Subtracts eye movements and blinks by regression on EOG or frontal channels.',
  options: eyeRegressionOptions,
  inputs: [{ name: 'in', help: 'EEG, with EOG channels if there are any, in one unit.' }],
  outputs: [{ name: 'out', help: 'The same channels, EEG cleaned.' }, donePort],
  cost: { work: 15, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const rate = rateOf({ id, kind }, input)
    const references = referencesOf(id, input, options)
    const cleaned = cleanedOf(id, input, references)
    const count = input.channels.length
    const output = newSignalBuffer(memory, count, maxFrames)
    const running = options.learning === 'running'
    const keep = running ? Math.exp(-1 / (options.memorySeconds * rate)) : 1
    const regression = newRunningRegression(memory, references.length, count, keep)
    if (options.learning === 'given') {
      setWeights(id, options, cleaned, references, regression.coefficients)
    }
    const eye = memory.float64(references.length)
    const own = [physicalChannel('calibrated', 'MISC', '1')]
    const record = newRemovalRecord({
      node: id,
      kind,
      input,
      memory,
      windowSeconds: options.recordSeconds,
      own,
      options,
    })
    const solveFrames = Math.max(1, Math.round(solveSeconds * rate))
    const firstSolve = Math.round((running ? warmUpSeconds : options.calibrationSeconds) * rate)
    // `learnt` counts the frames that taught something.
    const state = {
      regression: regression.state,
      record: record.state,
      learnt: 0,
      ready: options.learning === 'given',
    }

    /** With given weights only the mean is followed, with the memory of a calibration. */
    function learn(data: Float32Array, at: number, sample: number): void {
      if (options.learning === 'calibration' && state.ready) return
      const given = options.learning === 'given'
      if (!regression.learn(eye, data, at, !given && isMoving())) return
      state.learnt++
      if (given || state.learnt < firstSolve) return
      if (state.ready && sample % solveFrames !== 0) return
      regression.solve()
      state.ready = true
    }

    function isMoving(): boolean {
      if (options.learnAbove === null) return true
      for (let e = 0; e < references.length; e++) {
        if (Math.abs(eye[e]! - regression.mean[e]!) > options.learnAbove) return true
      }
      return false
    }

    function clean(data: Float32Array, at: number): void {
      for (let c = 0; c < output.stride; c++) output.data[at + c] = data[at + c]!
      if (!state.ready) return
      for (let e = 0; e < eye.length; e++) if (!Number.isFinite(eye[e]!)) return
      for (let i = 0; i < cleaned.length; i++) {
        const c = cleaned[i]!
        output.data[at + c] = data[at + c]! - regression.predicted(eye, c)
      }
    }

    return {
      outputs: { out: deriveStream(input, { node: id, kind, options }), done: record.info },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        const data = chunk.data as Float32Array
        copyTimes(chunk, output)
        for (let f = 0; f < chunk.frames; f++) {
          const at = f * chunk.stride
          const sample = chunk.firstSample + f
          for (let e = 0; e < references.length; e++) eye[e] = data[at + references[e]!]!
          learn(data, at, sample)
          clean(data, at)
          record.own[0] = state.ready ? 1 : 0
          record.frame(data, at, output, f, emit)
        }
        emit.chunk('out', output)
      },
      gap(_port, gap, emit) {
        record.gap(gap, emit)
        emit.gap('out', gap)
      },
    }
  },
}

function referencesOf(id: string, input: StreamInfo, options: EyeRegressionOptions): Int32Array {
  const { channels, name } = input
  if (options.references === 'auto') {
    const eog = channels.flatMap(({ type }, index) => (type === 'EOG' ? [index] : []))
    return Int32Array.from(eog.length ? eog : frontalChannels(input))
  }
  return Int32Array.from(
    options.references.map((label) => {
      const index = channels.findIndex((channel) => channel.label === label)
      if (index >= 0) return index
      const labels = channels.map((channel) => channel.label).join(', ')
      throw refusal(
        { id, kind },
        `references names "${label}", which "${name}" does not have`,
        `Its channels are ${labels}.`,
      )
    }),
  )
}

function cleanedOf(id: string, { channels, name }: StreamInfo, references: Int32Array): number[] {
  const cleaned = channels.flatMap(({ type }, index) =>
    type === 'EEG' && !references.includes(index) ? [index] : [],
  )
  if (cleaned.length) return cleaned
  throw refusal({ id, kind }, `"${name}" has no EEG channel beside the references`)
}

function setWeights(
  id: string,
  { weights }: EyeRegressionOptions,
  cleaned: readonly number[],
  references: Int32Array,
  coefficients: Float64Array,
): void {
  const [rows, columns] = [cleaned.length, references.length]
  if (weights?.length !== rows || weights.some((row) => row.length !== columns)) {
    throw refusal(
      { id, kind },
      `learning = "given" needs weights of ${rows} rows with ${columns} values each`,
    )
  }
  cleaned.forEach((channel, row) => {
    coefficients.set(weights[row]!, channel * columns)
  })
}
