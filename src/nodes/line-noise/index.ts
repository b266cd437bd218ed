/**
 * Subtracts mains hum as what it is, a sine and its harmonics of slowly changing amplitude, phase
 * and frequency, fitted to every channel by least squares with a fading memory; compare the
 * adaptive canceller of Widrow et al. (1975). Against a notch: nothing rings at the onset, and a
 * rhythm beside the mains frequency stays. Causal, without delay. Over a gap the oscillator runs
 * on, if it is shorter than half the memory; after a longer one the fit starts anew. Values that
 * are not finite pass, and teach nothing.
 */
import {
  type Chunk,
  type Emit,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
} from '../../signal/index.ts'
import { donePort, newRemovalRecord } from '../_artifact/removal-record.ts'
import { refusal } from '../_opening/refusal.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { newFrequencyLock } from './frequency-lock.ts'
import { type LineNoiseOptions, lineNoiseOptions } from './options.ts'
import { newSineFit } from './sine-fit.ts'

const kind = 'line-noise'
/** Harmonics above this share of the rate are not fitted. */
const topShare = 0.45
/** The fit is solved anew this often. */
const solveSeconds = 0.01
/** Before so many cycles of the mains there is no fit yet. */
const firstCycles = 2

export const lineNoise: NodeDefinition<LineNoiseOptions> = {
  id: 'line-noise',
  title: 'Line noise',
  help: 'Subtracts mains hum by fitting its sines, and follows its frequency.',
  options: lineNoiseOptions,
  inputs: [{ name: 'in', help: 'A signal in float32, not yet notched.' }],
  outputs: [{ name: 'out', help: 'The signal without hum.' }, donePort],
  cost: { work: 96, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const rate = input.nominalRateHz
    const { mainsHz, trackHz } = options
    const highest = Math.floor((topShare * rate) / (mainsHz + trackHz))
    if (highest < 1) {
      throw refusal(
        { id, kind },
        `mainsHz = ${mainsHz} cannot be fitted at ${rate} Hz`,
        `At this rate it may be up to ${topShare * rate - trackHz} Hz.`,
      )
    }
    const harmonics = Math.min(options.harmonics, highest)
    const count = input.channels.length
    const output = newSignalBuffer(memory, count, maxFrames)
    const { stride } = output
    const keep = Math.exp(-1 / (options.memorySeconds * rate))
    const fit = newSineFit(memory, { channels: count, harmonics, keep })
    const lock = newFrequencyLock(memory, {
      channels: count,
      nominalHz: mainsHz,
      trackHz,
      rateHz: rate,
    })
    // No harmonic turns by a full circle within the lag, so that the difference loses none.
    const lag = Math.max(1, Math.round(rate / (2 * (harmonics + 1) * mainsHz)))
    const past = memory.float64(lag * stride)
    const solveFrames = Math.max(1, Math.round(solveSeconds * rate))
    const firstFrames = lag + Math.ceil((firstCycles * rate) / mainsHz)
    const record = newRemovalRecord({
      node: id,
      kind,
      input,
      memory,
      windowSeconds: options.recordSeconds,
      own: [physicalChannel('mains frequency', 'MISC', 'Hz')],
      options,
    })
    // `filled`: frames of the unbroken run; `learnt`: frames that the fit knows.
    const state = {
      fit: fit.state,
      lock: lock.state,
      record: record.state,
      past,
      at: 0,
      filled: 0,
      learnt: 0,
    }

    function frame(data: Float32Array, from: number, sample: number): void {
      fit.at(lock.phase())
      const slot = state.at * stride
      const known = state.filled >= lag
      for (let c = 0; c < count; c++) {
        const value = data[from + c]!
        const difference = value - past[slot + c]!
        past[slot + c] = value
        if (!known) continue
        fit.learn(c, difference)
        lock.learn(c, difference)
      }
      state.at = (state.at + 1) % lag
      state.filled++
      if (known) {
        fit.advance()
        state.learnt++
        if (sample % solveFrames === 0 || state.learnt === firstFrames) fit.solve()
      }
      const turn = (2 * Math.PI * lock.frequencyHz() * lag) / rate
      const ready = state.learnt >= firstFrames
      for (let c = 0; c < count; c++) {
        output.data[from + c] = data[from + c]! - (ready ? fit.signal(c, turn) : 0)
      }
      lock.advance()
    }

    function recordFrame(chunk: Chunk, f: number, emit: Emit): void {
      record.own[0] = lock.frequencyHz()
      record.frame(chunk.data as Float32Array, f * stride, output, f, emit)
    }

    return {
      outputs: { out: deriveStream(input, { node: id, kind, options }), done: record.info },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        copyTimes(chunk, output)
        for (let f = 0; f < chunk.frames; f++) {
          frame(chunk.data as Float32Array, f * stride, chunk.firstSample + f)
          recordFrame(chunk, f, emit)
        }
        emit.chunk('out', output)
      },
      gap(_port, gap, emit) {
        record.gap(gap, emit)
        state.filled = 0
        lock.skip(gap.lostSamples)
        if (gap.lostSamples > (options.memorySeconds * rate) / 2) {
          fit.forget()
          state.learnt = 0
        }
        emit.gap('out', gap)
      },
    }
  },
}
