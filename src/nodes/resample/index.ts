/**
 * Another sampling rate, by any ratio of whole numbers, behind a low pass that keeps what the new
 * rate cannot hold from folding back. Output n belongs to the input's index n × down / up exactly,
 * and bears the time of that place, between two samples by interpolation; its value is late by the
 * filter's delay, which the node declares. After a gap it goes on with the first output that lies
 * behind the gap. A value that is not finite is gone when it has left the filter.
 * Crochiere & Rabiner (1983), Multirate Digital Signal Processing, ch. 3; as scipy.signal.upfirdn.
 */
import { Resampler } from '../../kernels/index.ts'
import { type Chunk, type NodeDefinition, type NodeInstance, reasonOf } from '../../signal/index.ts'
import { fillHistory } from '../_hold/bridge.ts'
import { refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type ResampleOptions, resampleOptions } from './options.ts'
import { lowPass, ratioOf } from './plan.ts'

export const resample: NodeDefinition<ResampleOptions> = {
  id: 'resample',
  title: 'Resample',
  help: 'Changes the sampling rate, with a low pass against aliasing.',
  options: resampleOptions,
  inputs: [{ name: 'in', help: 'A signal in float32 of fixed rate.' }],
  outputs: [{ name: 'out', help: 'The same signal at the new rate.' }],
  cost: { work: 6.8, given: 0.4 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const { up, down, taps, delaySamples } = plan(id, input.nominalRateHz, options, maxFrames)
    const output = newSignalBuffer(memory, input.channels.length, maxFrames)
    const { stride } = output
    // The kernel gives an output with the last sample before its place; as many zeros before the
    // filter make it the first sample after, when the place's time is known.
    const late = new Float64Array(taps.length + up - 1)
    late.set(taps, up - 1)
    const resampler = new Resampler(memory, up, down, late, stride)
    const last = memory.float32(stride)
    // Index of the next output, −1 before the first; time of the last input.
    const state = { resampler: resampler.state, last, primed: false, next: -1, time: 0 }
    const bridgeSamples = options.bridgeSeconds * input.nominalRateHz
    /** So many frames at once never give more than `maxFrames`. */
    const mostFrames = Math.floor((maxFrames * down) / up)
    const part = memory.float32(Math.min(mostFrames, maxFrames) * stride)

    /** Lets the output go on with the first place at or after input `sample`. */
    function aimAt(sample: number): void {
      state.next = Math.ceil((sample * up) / down)
      state.resampler.offset = state.next * down + up - 1 - sample * up
    }

    /** Index and times of the `frames` outputs that the chunk has given last. */
    function stamp(chunk: Chunk, frames: number): void {
      const { time, hostTime } = chunk
      for (let i = 0; i < frames; i++) {
        const place = (state.next + i) * down
        const after = Math.ceil(place / up)
        const share = (after * up - place) / up
        const f = after - chunk.firstSample
        const before = f > 0 ? time[f - 1]! : state.time
        output.time[i] = share === 0 ? time[f]! : time[f]! - share * (time[f]! - before)
        output.hostTime[i] = hostTime[f]!
      }
      output.firstSample = state.next
      output.frames = frames
      state.next += frames
    }

    /** The kernel reads from an array's start; later parts of a chunk are brought there. */
    function partOf(data: Float32Array, from: number, frames: number): Float32Array {
      if (from === 0) return data
      for (let i = 0; i < frames * stride; i++) part[i] = data[from * stride + i]!
      return part
    }

    function hold(frames: number): void {
      for (let f = 0; f < frames; f++) resampler.process(last, 1, output.data)
    }

    return {
      outputs: {
        out: deriveStream(input, {
          node: id,
          kind: 'resample',
          nominalRateHz: options.rateHz,
          options,
        }),
      },
      delaySamples,
      state,
      process(_port, chunk, emit) {
        const data = chunk.data as Float32Array
        if (!state.primed) {
          resampler.clear()
          fillHistory(resampler.state.history, data, stride)
          aimAt(chunk.firstSample)
          state.primed = true
        }
        for (let f = 0; f < chunk.frames; f += mostFrames) {
          const frames = Math.min(mostFrames, chunk.frames - f)
          const written = resampler.process(partOf(data, f, frames), frames, output.data)
          stamp(chunk, written)
          if (written > 0) emit.chunk('out', output)
        }
        const end = chunk.frames - 1
        for (let c = 0; c < stride; c++) last[c] = data[end * stride + c]!
        state.time = chunk.time[end]!
      },
      gap(_port, gap, emit) {
        const next = state.next
        const resumed = gap.atSample + gap.lostSamples
        if (next < 0) return
        if (gap.lostSamples > bridgeSamples) state.primed = false
        else if (state.primed) hold(gap.lostSamples)
        aimAt(resumed)
        const lostSamples = state.next - next
        if (lostSamples > 0 || gap.lostSamples === 0)
          emit.gap('out', { ...gap, atSample: next, lostSamples })
      },
    }
  },
}

/** @throws SynapseError graph-invalid for a rate that cannot be had */
function plan(id: string, inHz: number, options: ResampleOptions, maxFrames: number) {
  try {
    if (!(inHz > 0)) throw new RangeError('the stream has no fixed rate')
    const ratio = ratioOf(inHz, options.rateHz)
    if (ratio.up > ratio.down * maxFrames) {
      const most = inHz * maxFrames
      throw new RangeError(
        `rateHz = ${options.rateHz} is more than ${most}, a whole chunk a sample`,
      )
    }
    return { ...ratio, ...lowPass(inHz, ratio, options) }
  } catch (cause) {
    const remedy = 'Choose a rate in a simple ratio to the input’s.'
    throw refusal({ id, kind: 'resample' }, reasonOf(cause), remedy, cause)
  }
}
