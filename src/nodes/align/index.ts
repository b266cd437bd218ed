/**
 * Two streams of different rate and clock as one, by their fitted times: a frame for every frame of
 * `a`, with the channels of both, `b` as it was at that moment. More streams are aligned by aligning
 * the result again.
 *
 * A frame of `a` waits until `b` has come as far (its watermark: the time of its newest frame less
 * `disorderSeconds`, or what its source has said), so the answer does not depend on which came first. When `a` has gone on for
 * `maxWaitSeconds` meanwhile, the frame leaves with what there is. The answer therefore is the same
 * under every chunking as long as neither stream comes more than `maxWaitSeconds` behind the other.
 *
 * Index, times and gaps are those of `a`; a frame of `a` that is not later than the one before is
 * refused and told as a gap. A gap of `b` needs no telling: what is older than `toleranceSeconds`
 * counts as missing. The port `account` counts frames paired, missing and (of `b`) late: after their
 * time or refused; of `a` refused; and dropped because more than the room for them waited.
 */
import type { Emit, Gap, NodeDefinition, NodeInstance, StreamInfo } from '../../signal/index.ts'
import { accountPort, newAccount } from '../_event-time/account.ts'
import { framesIn, newFrameHistory } from '../_event-time/frame-history.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { newLeaderQueue } from './leader-queue.ts'
import { type AlignOptions, alignOptions } from './options.ts'
import { isDecided, pickBy } from './pick.ts'

const counted = ['paired', 'missing', 'late', 'refused', 'overrun'] as const
const [paired, missing, late, refused, overrun] = [0, 1, 2, 3, 4]

export const align: NodeDefinition<AlignOptions> = {
  id: 'align',
  title: 'Align',
  help: 'Joins two streams of different rate and clock by time.',
  options: alignOptions,
  inputs: [
    { name: 'a', help: 'The stream that leads: its times are those of the result.' },
    { name: 'b', help: 'The stream whose values are added.' },
  ],
  outputs: [{ name: 'out', help: 'The channels of a, then those of b.' }, accountPort],
  cost: { work: 5.6, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const [a, b] = [inputs.a!, inputs.b!]
    const info = joined({ id, kind: 'align' }, a, b, options)
    const [countA, countB] = [a.channels.length, b.channels.length]
    const room = 2 * options.maxWaitSeconds
    const queue = newLeaderQueue(memory, countA, framesIn(room, a.nominalRateHz, 2 * maxFrames))
    const roomB = framesIn(room + options.disorderSeconds, b.nominalRateHz, 2 * maxFrames)
    const history = newFrameHistory(memory, countB, roomB, options.disorderSeconds)
    const pick = pickBy(options, countB)
    const output = newSignalBuffer(memory, countA + countB, maxFrames)
    const account = newAccount(memory, a, { id, kind: 'align', options }, counted)
    const { counts } = account
    const settled = memory.float64(1).fill(Number.NEGATIVE_INFINITY)
    const state = {
      queue: queue.state,
      history: history.state,
      account: account.state,
      newestA: Number.NEGATIVE_INFINITY,
      /** What the source of `a` has said. */
      toldA: Number.NEGATIVE_INFINITY,
      /** Time of the frame that left last. */
      settled,
    }

    function send(emit: Emit): void {
      if (output.frames === 0) return
      emit.chunk('out', output)
      output.frames = 0
    }

    /** Adds the oldest frame to the output, or leaves it out. */
    function settle(slot: number, emit: Emit): void {
      const index = queue.state.indices[slot]!
      const time = queue.state.times[slot]!
      const hostTime = queue.state.hostTimes[slot]!
      settled[0] = time
      const full = output.frames === maxFrames
      if (full || (output.frames && index !== output.firstSample + output.frames)) send(emit)
      const f = output.frames
      const at = f * output.stride
      const found = pick(history, queue.state.times, slot, output.data, at + countA)
      counts[found ? paired : missing]!++
      counts[overrun] = history.state.overrun
      if (found || options.whenMissing === 'nan') {
        const from = slot * countA
        for (let c = 0; c < countA; c++) output.data[at + c] = queue.values[from + c]!
        if (f === 0) output.firstSample = index
        output.time[f] = time
        output.hostTime[f] = hostTime
        output.frames++
      } else {
        send(emit)
        emit.gap('out', { atSample: index, lostSamples: 1, exact: true, reason: 'dropped' })
      }
      account.tell(queue.state.times, queue.state.hostTimes, slot, emit)
    }

    /** @param force settles the oldest entry in any case */
    function drain(emit: Emit, force = false): void {
      for (let must = force; queue.state.size > 0; must = false) {
        const slot = queue.first()
        const gap = queue.gapAt(slot)
        if (gap) {
          send(emit)
          emit.gap('out', gap)
        } else {
          const time = queue.state.times[slot]!
          const waited = state.newestA - time >= options.maxWaitSeconds
          const { times } = queue.state
          if (!must && !waited && !isDecided(options, history, times, slot)) break
          settle(slot, emit)
        }
        queue.drop()
      }
      send(emit)
      forget()
    }

    /** What lies before the last value that the next frame may still look at. */
    function forget(): void {
      const needed = history.lastUpTo(settled, 0)
      if (needed > 0) history.discard(needed)
    }

    function addGap(gap: Gap, emit: Emit): void {
      if (queue.isFull()) drain(emit, true)
      queue.addGap(gap)
    }

    return {
      outputs: { out: info, account: account.info },
      delaySamples: 0,
      state,
      process(port, chunk, emit) {
        for (let f = 0; f < chunk.frames; f++) {
          const time = chunk.time[f]!
          if (port === 'b') {
            if (!history.add(chunk, f) || time <= settled[0]!) counts[late]!++
          } else if (time > state.newestA) {
            if (queue.isFull()) drain(emit, true)
            queue.addFrame(chunk, f)
            state.newestA = time
          } else {
            counts[refused]!++
            const atSample = chunk.firstSample + f
            addGap({ atSample, lostSamples: 1, exact: true, reason: 'corrupt' }, emit)
          }
        }
        drain(emit)
      },
      gap(port, gap, emit) {
        if (port === 'b') return
        addGap(gap, emit)
        drain(emit)
      },
      watermark(port, time, emit) {
        if (port === 'b') {
          if (!history.raise(time)) return
        } else {
          if (!(time > state.toldA)) return
          state.toldA = time
          state.newestA = Math.max(state.newestA, time)
        }
        drain(emit)
        emit.watermark('out', queue.state.size > 0 ? settled[0]! : state.toldA)
      },
    }
  },
}

function joined(node: NodeName, a: StreamInfo, b: StreamInfo, options: AlignOptions): StreamInfo {
  const { prefixA, prefixB } = options
  const renamed = (stream: StreamInfo, prefix: string) =>
    stream.channels.map((channel) => ({ ...channel, label: `${prefix}${channel.label}` }))
  const channels = [...renamed(a, prefixA), ...renamed(b, prefixB)]
  const labels = channels.map(({ label }) => label)
  const twice = labels.find((label, i) => labels.indexOf(label) !== i)
  if (twice !== undefined) {
    throw refusal(node, `both streams have a channel "${twice}"`, 'Set prefixA or prefixB.')
  }
  const type = a.type === b.type ? a.type : 'Features'
  const info = deriveStream(a, { ...node, node: node.id, type, channels, options })
  const settings = { ...info.origin.settings, a: a.id, b: b.id }
  return { ...info, origin: { ...info.origin, settings } }
}
