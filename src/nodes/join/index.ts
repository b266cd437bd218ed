/**
 * Pairs of frames of two streams that lie close to each other in time: for every frame of `a` all
 * frames of `b` from `fromSeconds` to `toSeconds` around it, both included. One frame per pair: how
 * long ago `a` was, how much later than `a` the other is (`lag`), the channels of both. Where one
 * value of `b` is enough, `align` says which.
 *
 * A frame of `a` is settled when the watermarks of both (the newest time less `disorderSeconds`, or
 * what the source has said) have passed all that belongs to it, or when `a` has gone on for
 * `maxWaitSeconds` behind that: so the answer does not depend on which came first as long as neither
 * comes more than that behind the other. Pairs are sent in the order of `a`, then of `b`, at the time
 * of `a` plus `toSeconds` (plus nothing, where that is negative), a nanosecond apart. Their index
 * counts them. Gaps need no telling: frames that are missing have no pairs.
 *
 * The port `account` counts pairs, frames of `a` without any (`alone`), frames that came late, and
 * frames dropped because more than the room for them waited (`overrun`).
 */
import {
  type Emit,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { accountPort, newAccount } from '../_event-time/account.ts'
import { framesIn, newFrameHistory } from '../_event-time/frame-history.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type JoinOptions, joinOptions } from './options.ts'

const counted = ['pairs', 'alone', 'late', 'overrun'] as const
const [pairs, alone, late, overrun] = [0, 1, 2, 3]
/** Pairs of the same time are this far apart, so that time increases. */
const tickSeconds = 1e-9
/** Channels in front of those of `a`. */
const ownChannels = 2

export const join: NodeDefinition<JoinOptions> = {
  id: 'join',
  title: 'Join',
  help: 'Pairs the frames of two streams that lie close to each other in time.',
  options: joinOptions,
  inputs: [
    { name: 'a', help: 'The stream whose frames are looked for company.' },
    { name: 'b', help: 'The stream whose frames may belong to them.' },
  ],
  outputs: [{ name: 'out', help: 'One frame per pair.' }, accountPort],
  cost: { work: 21, given: 5.6 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const [a, b] = [inputs.a!, inputs.b!]
    const node = { id, kind: 'join' }
    const info = joined(node, a, b, options)
    const [countA, countB] = [a.channels.length, b.channels.length]
    const { fromSeconds, toSeconds, disorderSeconds, maxWaitSeconds } = options
    const after = Math.max(0, toSeconds)
    const room = 2 * (maxWaitSeconds + disorderSeconds) + toSeconds - fromSeconds + after
    const newHistory = (stream: StreamInfo, count: number) => {
      const frames = framesIn(room, stream.nominalRateHz, 2 * maxFrames)
      return newFrameHistory(memory, count, frames, disorderSeconds)
    }
    const ofA = newHistory(a, countA)
    const ofB = newHistory(b, countB)
    const output = newSignalBuffer(memory, ownChannels + countA + countB, 1)
    const account = newAccount(memory, a, { ...node, options }, counted)
    const { counts } = account
    const state = {
      a: ofA.state,
      b: ofB.state,
      account: account.state,
      sent: 0,
      lastTime: Number.NEGATIVE_INFINITY,
      /** Up to here frames of `b` may have been looked for. */
      settledTo: Number.NEGATIVE_INFINITY,
    }
    output.frames = 1

    /** @param at of `b`, or −1 for none */
    function send(at: number, emit: Emit): void {
      const time = ofA.time(0)
      state.lastTime = Math.max(time + after, state.lastTime + tickSeconds)
      output.data[0] = state.lastTime - time
      output.data[1] = at < 0 ? Number.NaN : ofB.time(at) - time
      const [fromA, fromB] = [ofA.place(0), at < 0 ? 0 : ofB.place(at)]
      for (let c = 0; c < countA; c++) output.data[ownChannels + c] = ofA.values[fromA + c]!
      const begin = ownChannels + countA
      for (let c = 0; c < countB; c++) {
        output.data[begin + c] = at < 0 ? Number.NaN : ofB.values[fromB + c]!
      }
      output.firstSample = state.sent++
      output.time[0] = state.lastTime
      output.hostTime[0] = Math.max(
        ofA.hostTime(0),
        at < 0 ? Number.NEGATIVE_INFINITY : ofB.hostTime(at),
      )
      emit.chunk('out', output)
    }

    /** All pairs of the oldest frame of `a`. */
    function settle(emit: Emit): void {
      const time = ofA.time(0)
      const first = ofB.countBefore(time + fromSeconds)
      let found = 0
      for (let i = first; i < ofB.state.size && ofB.time(i) <= time + toSeconds; i++) {
        send(i, emit)
        found++
      }
      counts[pairs] = counts[pairs]! + found
      if (found === 0) {
        counts[alone]!++
        if (options.whenNone === 'nan') send(-1, emit)
      }
      counts[overrun] = ofA.state.overrun + ofB.state.overrun
      output.hostTime[0] = ofA.hostTime(0)
      output.time[0] = time
      account.tell(output.time, output.hostTime, 0, emit)
      state.settledTo = time + toSeconds
      ofB.discard(first)
      ofA.discard(1)
    }

    function settleAll(emit: Emit): void {
      while (ofA.state.size > 0) {
        const time = ofA.time(0)
        if (ofA.watermark() < time) break
        const isWhole = ofB.watermark() >= time + toSeconds
        if (!isWhole && ofA.watermark() - time < after + maxWaitSeconds) break
        settle(emit)
      }
      if (ofA.state.size === 0) ofB.discard(ofB.countBefore(ofA.watermark() + fromSeconds))
    }

    return {
      outputs: { out: info, account: account.info },
      delaySamples: 0,
      state,
      process(port, chunk, emit) {
        const history = port === 'a' ? ofA : ofB
        for (let f = 0; f < chunk.frames; f++) {
          const isLate = port === 'b' && chunk.time[f]! <= state.settledTo
          if (!history.add(chunk, f) || isLate) counts[late]!++
          if (port === 'a') settleAll(emit)
        }
        settleAll(emit)
      },
      // The frames' times tell of a gap.
      gap() {},
      watermark(port, time, emit) {
        if (!(port === 'a' ? ofA : ofB).raise(time)) return
        settleAll(emit)
        const open = ofA.state.size > 0 ? ofA.time(0) - tickSeconds : ofA.watermark()
        emit.watermark('out', Math.min(open, ofA.watermark()) + after)
      },
    }
  },
}

function joined(node: NodeName, a: StreamInfo, b: StreamInfo, options: JoinOptions): StreamInfo {
  const { fromSeconds, toSeconds, prefixA, prefixB } = options
  if (fromSeconds > toSeconds) {
    const problem = `from ${fromSeconds} to ${toSeconds} s there is nothing`
    throw refusal(node, problem, 'Let fromSeconds be at most toSeconds.')
  }
  const renamed = (stream: StreamInfo, prefix: string) =>
    stream.channels.map((channel) =>
      physicalChannel(`${prefix}${channel.label}`, channel.type, channel.unit),
    )
  const channels = [
    physicalChannel('since a', 'MISC', 's'),
    physicalChannel('lag', 'MISC', 's'),
    ...renamed(a, prefixA),
    ...renamed(b, prefixB),
  ]
  const labels = channels.map(({ label }) => label)
  const twice = labels.find((label, i) => labels.indexOf(label) !== i)
  if (twice !== undefined) {
    throw refusal(node, `two channels are called "${twice}"`, 'Set prefixA or prefixB.')
  }
  const info = deriveStream(a, {
    ...node,
    node: node.id,
    type: 'Features',
    nominalRateHz: 0,
    channels,
    options,
  })
  const settings = { ...info.origin.settings, a: a.id, b: b.id }
  return { ...info, origin: { ...info.origin, settings } }
}
