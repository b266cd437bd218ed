/**
 * Peaks of every channel, as events: local maxima (of a plateau its middle, rounded down) by height
 * and prominence within a reach to either side, as scipy.signal.find_peaks(height, prominence,
 * wlen = 2 × reach + 1), and, where a distance is asked for, higher than everything that near, as
 * scipy.signal.argrelmax. An event is known one reach after its peak. Events as in
 * `_event/event-stream.ts`, with the onset at the peak itself; `duration` is the length of the
 * plateau, and `prominence` is added. A plateau longer than about three reaches is no peak.
 *
 * Either end of an unbroken run, at the start and at a gap, ends the reach as the ends of a
 * signal do in SciPy. A value that is not finite counts as the one before it.
 */
import type { Emit, NodeDefinition, NodeInstance } from '../../signal/index.ts'
import { newEventStream, sharedUnit } from '../_event/event-stream.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { planWindow } from '../_window/window-plan.ts'
import { type PeaksOptions, peaksOptions } from './options.ts'
import { findProminence, isHighest, plateauEnd } from './peak-shape.ts'

export const peaks: NodeDefinition<PeaksOptions> = {
  id: 'peaks',
  title: 'Peaks',
  help: 'Finds peaks by height, prominence and distance.',
  options: peaksOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One frame per peak.' }],
  cost: { work: 48, given: 0.18 },
  open(context): NodeInstance {
    const { options, memory } = context
    const input = context.inputs.in!
    const node = { id: context.id, kind: 'peaks' }
    checkDistance(node, options)
    const { reachSeconds } = options
    const window = { windowSeconds: 2 * reachSeconds, hopSeconds: reachSeconds }
    const { rateHz } = planWindow(node, input, window, { fewest: 2 })
    const reach = Math.max(1, Math.round(reachSeconds * rateHz))
    const distance = Math.round(options.distanceSeconds * rateHz)
    const least = options.minimumHeight ?? Number.NEGATIVE_INFINITY
    const count = input.channels.length
    const prominence = { label: 'prominence', unit: sharedUnit(input) }
    const events = newEventStream(context, 'peaks', [prominence])
    // A plateau may begin up to a reach before its middle, and its own reach before that.
    const size = 4 * reach + 4
    const history = memory.float64(size * count)
    const last = memory.float64(count)
    const found = new Float64Array(1)
    const ring = { history, size, count, channel: 0, from: 0, end: 0, prominence: found }
    const sign = options.polarity === 'negative' ? -1 : 1
    // `run` is the index of the first sample since the last gap, `next` of the next one.
    const state = {
      history,
      last,
      run: 0,
      next: 0,
      begun: false,
      time: 0,
      hostTime: 0,
      events: events.state,
    }

    function keep(data: ArrayLike<number>, at: number, index: number): void {
      if (!state.begun) state.run = index
      state.begun = true
      const to = (index % size) * count
      for (let c = 0; c < count; c++) {
        const value = data[at + c]!
        if (Number.isFinite(value)) last[c] = sign * value
        history[to + c] = last[c]!
      }
      state.next = index + 1
    }

    /** Looks whether the plateau whose last sample is `right` is a peak worth sending. */
    function examine(right: number, channel: number, emit: Emit): void {
      ring.channel = channel
      ring.from = Math.max(state.run, state.next - size)
      ring.end = state.next
      const left = plateauEnd(ring, right)
      if (left < 0) return
      const middle = Math.floor((left + right) / 2)
      const height = history[(middle % size) * count + channel]!
      if (height < least || (distance > 0 && !isHighest(ring, left, right, distance))) return
      findProminence(ring, middle, reach)
      const standsOut = ring.prominence[0]!
      if (standsOut < options.minimumProminence) return
      events.values[0] = channel
      events.values[1] = (state.next - 1 - middle) / rateHz
      events.values[2] = (right - left + 1) / rateHz
      events.values[3] = sign * height
      events.values[4] = standsOut
      events.send(state.time, state.hostTime, emit)
    }

    return {
      outputs: { out: events.info },
      delaySamples: reach,
      state,
      process(_port, chunk, emit) {
        for (let f = 0; f < chunk.frames; f++) {
          keep(chunk.data, f * chunk.stride, chunk.firstSample + f)
          state.time = chunk.time[f]!
          state.hostTime = chunk.hostTime[f]!
          const right = state.next - 1 - reach
          if (right <= state.run) continue
          for (let c = 0; c < count; c++) examine(right, c, emit)
        }
      },
      gap(_port, _gap, emit) {
        const first = Math.max(state.run + 1, state.next - reach)
        for (let right = first; state.begun && right < state.next - 1; right++) {
          for (let c = 0; c < count; c++) examine(right, c, emit)
        }
        state.begun = false
      },
    }
  },
}

function checkDistance(node: NodeName, { distanceSeconds, reachSeconds }: PeaksOptions): void {
  if (distanceSeconds <= reachSeconds) return
  throw refusal(
    node,
    `distanceSeconds = ${distanceSeconds} is more than reachSeconds = ${reachSeconds}`,
    `Choose distanceSeconds from 0 to ${reachSeconds}, or a longer reach.`,
  )
}
