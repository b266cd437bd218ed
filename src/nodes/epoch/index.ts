/**
 * Windows around markers: the second input says when, the first is looked at from `fromSeconds` to
 * `toSeconds` around it, less the mean of a baseline that may lie anywhere near the marker. One
 * frame per marker, in the order of the markers, with the extent, the aggregates of every channel,
 * and the marker's own values; the frame's index is the marker's number among those taken.
 *
 * An epoch closes when the signal's watermark, its newest time less `latenessSeconds` or what its
 * source has said, has passed its end and its baseline's, so that the answer does not depend on whether signal or marker comes
 * first, as long as a marker comes within `patienceSeconds` of its epoch's end. Gaps are nothing
 * special: an epoch has the frames that came, and with fewer than `fewestFrames` it is not sent.
 * Values that are not finite are left out. The port `account` counts epochs sent and left out
 * (`sparse`), markers late or too many at once, frames late, and frames dropped because the signal was
 * faster than its rate (`overrun`), as they were when an epoch closed.
 */
import {
  type Chunk,
  type Emit,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { accountPort, newAccount } from '../_event-time/account.ts'
import { newAggregates, writeExtent } from '../_event-time/aggregates.ts'
import { type FrameHistory, framesIn, newFrameHistory } from '../_event-time/frame-history.ts'
import { checkPhysical } from '../_event-time/language.ts'
import { type NodeName, rateOf, refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { newMarkers } from './markers.ts'
import { type EpochOptions, epochOptions } from './options.ts'

const counted = ['sent', 'sparse', 'markers late', 'late', 'overrun'] as const
const [sent, sparse, lateMarkers, late, overrun] = [0, 1, 2, 3, 4]
/** Epochs that end at the same time are this far apart, so that time increases. */
const tickSeconds = 1e-9
/** More than this is not kept of a stream: 256 MB of float32. */
const mostValues = 2 ** 26

export const epoch: NodeDefinition<EpochOptions> = {
  id: 'epoch',
  title: 'Epoch',
  help: 'Means, extremes and quantiles of the signal around every marker, less a baseline.',
  options: epochOptions,
  inputs: [
    { name: 'in', help: 'A signal or features in float32.' },
    { name: 'markers', help: 'One frame per marker: events, or a stream kept to some.' },
  ],
  outputs: [{ name: 'out', help: 'One frame per marker.' }, accountPort],
  cost: { work: 73, given: 1.2 },
  open(context): NodeInstance {
    const { options, memory } = context
    const [input, stream] = [context.inputs.in!, context.inputs.markers!]
    const node = { id: context.id, kind: 'epoch' }
    checkPhysical(node, input)
    const { lowest, highest, capacity } = planEpoch(node, input, options, context.maxFrames)
    const count = input.channels.length
    const history = newFrameHistory(memory, count, capacity, options.latenessSeconds)
    const markers = newMarkers(memory, stream, options.at)
    const aggregates = newAggregates(node, memory, input, options, capacity)
    const channels = [...aggregates.channels, ...markerChannels(stream)]
    const output = newSignalBuffer(memory, channels.length, 1)
    const account = newAccount(memory, input, { ...node, options }, counted)
    const { counts } = account
    const zero = options.baselineSeconds ? memory.float64(count) : null
    const span = highest - lowest + options.patienceSeconds
    const lastTime = Number.NEGATIVE_INFINITY
    const state = {
      history: history.state,
      markers: markers.state,
      account: account.state,
      closed: 0,
      lastTime,
    }

    /** When the frame came that let an epoch close: the first that is late enough. */
    function arrivalOf(end: number): number {
      const i = history.countBefore(end + options.latenessSeconds)
      // None where a watermark said so, not a frame.
      if (history.state.size === 0) return Number.NEGATIVE_INFINITY
      return history.hostTime(Math.min(i, history.state.size - 1))
    }

    function close(onset: number, emit: Emit): void {
      const index = state.closed++
      output.time[0] = onset + options.toSeconds
      output.hostTime[0] = Math.max(markers.firstHostTime(), arrivalOf(onset + highest))
      const begin = onset + options.fromSeconds
      const from = history.countBefore(begin)
      const to = history.countBefore(onset + options.toSeconds)
      if (to - from < options.fewestFrames) {
        counts[sparse]!++
        return
      }
      counts[sent]!++
      if (zero) writeBaseline(history, onset, options.baselineSeconds!, zero)
      state.lastTime = Math.max(onset + options.toSeconds, state.lastTime + tickSeconds)
      const duration = options.toSeconds - options.fromSeconds
      writeExtent(state.lastTime - begin, duration, to - from, output.data)
      aggregates.write(history, from, to, zero, output.data)
      const [place, at] = [markers.firstPlace(), aggregates.channels.length]
      for (let c = 0; c < stream.channels.length; c++) {
        output.data[at + c] = markers.values[place + c]!
      }
      output.firstSample = index
      output.frames = 1
      output.time[0] = state.lastTime
      emit.chunk('out', output)
    }

    function closeAll(emit: Emit): void {
      while (markers.state.size > 0) {
        const onset = markers.onset(0)
        if (!(history.watermark() >= onset + highest)) break
        close(onset, emit)
        account.tell(output.time, output.hostTime, 0, emit)
        markers.drop()
      }
    }

    function forget(): void {
      let needed = history.watermark() - span
      for (let i = 0; i < markers.state.size; i++) {
        needed = Math.min(needed, markers.onset(i) + lowest)
      }
      history.discard(history.countBefore(needed))
    }

    /** Every epoch to come ends later: those that wait, and those whose marker may still be taken. */
    function certainUntil(): number {
      let onset = history.watermark() - span - lowest
      for (let i = 0; i < markers.state.size; i++) onset = Math.min(onset, markers.onset(i))
      return onset + options.toSeconds - tickSeconds
    }

    function takeMarker(chunk: Chunk, f: number, emit: Emit): void {
      const onset = markers.onsetOf(chunk, f)
      const isKnown = onset + lowest >= history.watermark() - span
      if (!isKnown || markers.isFull()) {
        counts[lateMarkers]!++
        return
      }
      markers.add(onset, chunk, f)
      closeAll(emit)
    }

    function takeFrame(chunk: Chunk, f: number, emit: Emit): void {
      const isTaken = history.add(chunk, f)
      if (!isTaken) counts[late]!++
      counts[overrun] = history.state.overrun
      if (!isTaken) return
      closeAll(emit)
    }

    return {
      outputs: {
        out: deriveStream(input, {
          ...node,
          node: context.id,
          type: 'Features',
          nominalRateHz: 0,
          channels,
          options,
        }),
        account: account.info,
      },
      delaySamples: 0,
      state,
      process(port, chunk, emit) {
        for (let f = 0; f < chunk.frames; f++) {
          if (port === 'markers') takeMarker(chunk, f, emit)
          else takeFrame(chunk, f, emit)
        }
        forget()
      },
      // The frames' times tell of a gap.
      gap() {},
      watermark(port, time, emit) {
        if (port === 'markers') return
        if (history.raise(time)) {
          closeAll(emit)
          forget()
        }
        emit.watermark('out', certainUntil())
      },
    }
  },
}

function markerChannels(stream: StreamInfo) {
  return stream.channels.map(({ label, unit }) => physicalChannel(`marker ${label}`, 'MISC', unit))
}

/** Mean of the finite values of every channel; no number where there are none. */
function writeBaseline(
  history: FrameHistory,
  onset: number,
  [fromSeconds, toSeconds]: readonly [number, number],
  zero: Float64Array,
): void {
  const from = history.countBefore(onset + fromSeconds)
  const to = history.countBefore(onset + toSeconds)
  for (let c = 0; c < zero.length; c++) {
    let sum = 0
    let count = 0
    for (let i = from; i < to; i++) {
      const value = history.values[history.place(i) + c]!
      if (!Number.isFinite(value)) continue
      sum += value
      count++
    }
    zero[c] = sum / count
  }
}

/**
 * @returns where the frames that matter lie around a marker, and how many there may be
 * @throws SynapseError graph-invalid
 */
function planEpoch(node: NodeName, input: StreamInfo, options: EpochOptions, maxFrames: number) {
  const { fromSeconds, toSeconds, baselineSeconds: baseline } = options
  const ranges = [[fromSeconds, toSeconds], ...(baseline ? [baseline] : [])]
  for (const [from, to] of ranges) {
    if (from! < to!) continue
    const problem = `${from === fromSeconds && to === toSeconds ? 'the epoch' : 'baselineSeconds'}`
    throw refusal(
      node,
      `${problem} from ${from} to ${to} s is empty`,
      'Let it end after it begins.',
    )
  }
  const lowest = Math.min(...ranges.map(([from]) => from!))
  const highest = Math.max(...ranges.map(([, to]) => to!))
  const kept = highest - lowest + options.patienceSeconds + options.latenessSeconds
  // Markers that wait in time need what lies before them once more.
  const capacity = framesIn(2 * kept, rateOf(node, input), maxFrames)
  const most = Math.floor(mostValues / input.channels.length)
  if (capacity <= most) return { lowest, highest, capacity }
  throw refusal(
    node,
    `its epochs need room for ${capacity} frames of "${input.name}"`,
    `At its rate and channels there is room for ${most}: choose shorter epochs or less patience.`,
  )
}
