/**
 * Takes out, or only tells, what movement does to the signal, driven by an accelerometer. The two
 * streams are joined by time: a sample takes the latest acceleration whose time is not after its
 * own. It leaves once the accelerometer has come as far, or after `waitSeconds` of signal with what
 * is known; up to that lateness the answer does not depend on how the streams are chunked. The
 * acceleration's axes, gravity taken off, are regressed on with a fading memory that learns during
 * movement only. At a gap of the signal all that waits leaves at once; a gap of the accelerometer
 * ages its last value, and a value older than `staleSeconds` cleans nothing. Values of the signal
 * that are not finite pass, and teach nothing.
 */
import {
  type Emit,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { newDelayLine } from '../_artifact/delay-line.ts'
import { donePort, newRemovalRecord } from '../_artifact/removal-record.ts'
import { newRunningRegression } from '../_artifact/running-regression.ts'
import { rateOf } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { newAcceleration } from './acceleration.ts'
import { type MotionOptions, motionOptions } from './options.ts'

const kind = 'motion'
/** Weights are computed anew this often, and first after so much moving time. */
const solveSeconds = 0.1
const warmUpSeconds = 0.5

export const motion: NodeDefinition<MotionOptions> = {
  id: 'motion',
  title: 'Motion',
  help: 'Subtracts or flags what follows an accelerometer.',
  options: motionOptions,
  inputs: [
    { name: 'in', help: 'A signal in float32.' },
    { name: 'acc', help: 'The accelerometer: its channels of type ACCEL, or all it has.' },
  ],
  outputs: [{ name: 'out', help: 'The signal, EEG channels cleaned.' }, donePort],
  cost: { work: 58, given: 0.5 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const [input, acc] = [inputs.in!, inputs.acc!]
    const [rate, accRate] = [rateOf({ id, kind }, input), rateOf({ id, kind }, acc)]
    const axes = axesOf(acc)
    const cleaned = input.channels.flatMap(({ type }, index) => (type === 'EEG' ? [index] : []))
    const count = input.channels.length
    const waitFrames = Math.round(options.waitSeconds * rate)
    const line = newDelayLine(memory, count, waitFrames + 1)
    const output = newSignalBuffer(memory, count, maxFrames)
    const acceleration = newAcceleration(memory, {
      axes,
      capacity: Math.ceil(2 * options.waitSeconds * accRate) + 2 * maxFrames,
      gravityShare: 1 - Math.exp(-1 / (options.gravitySeconds * accRate)),
      staleSeconds: options.staleSeconds,
    })
    const keep = Math.exp(-1 / (options.memorySeconds * rate))
    const regression = newRunningRegression(memory, axes.length, count, keep)
    const reference = memory.float64(axes.length)
    const record = newRemovalRecord({
      node: id,
      kind,
      input,
      memory,
      windowSeconds: options.recordSeconds,
      own: [
        physicalChannel('moving share', 'MISC', '1'),
        physicalChannel('peak acceleration', 'MISC', acc.channels[axes[0]!]!.unit),
      ],
      options,
    })
    const solveFrames = Math.max(1, Math.round(solveSeconds * rate))
    // `learnt` counts moving frames; `seen` and `moving` those of the record under way.
    const state = {
      line: line.state,
      acceleration: acceleration.state,
      regression: regression.state,
      record: record.state,
      learnt: 0,
      seen: 0,
      moving: 0,
    }

    function note(size: number, isMoving: boolean): void {
      if (record.begins()) state.seen = state.moving = record.own[1] = 0
      state.seen++
      if (isMoving) state.moving++
      record.own[0] = state.moving / state.seen
      record.own[1] = Math.max(record.own[1]!, size)
    }

    /** Cleans the oldest frame of the line, to frame 0 of the output. */
    function clean(): void {
      const { data, stride } = line
      for (let c = 0; c < stride; c++) output.data[c] = data[c]!
      const known = acceleration.at(line.state.time, 0, reference)
      let power = 0
      for (let a = 0; a < axes.length; a++) power += known ? reference[a]! ** 2 : 0
      const size = Math.sqrt(power)
      const isMoving = size > options.movingAbove
      note(size, isMoving)
      if (!known || options.action === 'flag') return
      regression.learn(reference, data, 0, isMoving)
      if (isMoving) state.learnt++
      if (isMoving && state.learnt % solveFrames === 0) regression.solve()
      if (state.learnt < warmUpSeconds * rate) return
      for (let i = 0; i < cleaned.length; i++) {
        const c = cleaned[i]!
        output.data[c] = data[c]! - regression.predicted(reference, c)
      }
    }

    function release(emit: Emit): void {
      clean()
      output.frames = 1
      line.emitFrames(0, output, record, emit)
      line.drop(1)
    }

    function drain(emit: Emit): void {
      while (line.held() > 0 && line.state.time[0]! <= acceleration.newest[0]!) release(emit)
    }

    return {
      outputs: { out: deriveStream(input, { node: id, kind, options }), done: record.info },
      delaySamples: Math.min(waitFrames, Math.round(rate / accRate)),
      state,
      process(port, chunk, emit) {
        for (let f = 0; f < chunk.frames; f++) {
          if (port === 'acc') {
            acceleration.push(chunk.data as Float32Array, f * chunk.stride, chunk.time, f)
          } else {
            line.push(chunk, f)
            if (line.held() > waitFrames) release(emit)
          }
          drain(emit)
        }
      },
      gap(port, gap, emit) {
        if (port === 'acc') return
        while (line.held() > 0) release(emit)
        record.gap(gap, emit)
        emit.gap('out', gap)
      },
    }
  },
}

function axesOf({ channels }: StreamInfo): Int32Array {
  const accelerations = channels.flatMap(({ type }, index) => (type === 'ACCEL' ? [index] : []))
  return Int32Array.from(accelerations.length ? accelerations : channels.keys())
}
