/**
 * Windows over event time, the stream's own fitted times, and what is to be said of each: one frame
 * per window, at the time of its end. `since begin` and `duration` tell where it lies, `frames` how
 * many there were; a window without frames, or with fewer than `fewestFrames`, is not sent and its
 * index is left out. Windows in time count from the first frame and hold their begin, not their end;
 * sessions and counted windows reach from their first frame to their last.
 *
 * A window closes when the watermark (the newest time less `latenessSeconds`, or what the source has
 * said of itself) has passed its end; a frame that is older than the watermark is refused. Gaps are nothing special: a window has the
 * frames that came. Values that are not finite are left out of the aggregates. The port `account`
 * counts frames taken and late, windows sent and left out (`sparse`), and frames dropped because the
 * stream was faster than its rate, or (without a rate) a window had more than 8192 (`overrun`).
 */
import type { Emit, NodeDefinition, NodeInstance, StreamInfo } from '../../signal/index.ts'
import { accountPort, newAccount } from '../_event-time/account.ts'
import { newAggregates, writeExtent } from '../_event-time/aggregates.ts'
import { framesIn, newFrameHistory } from '../_event-time/frame-history.ts'
import { checkPhysical } from '../_event-time/language.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type AggregateOptions, aggregateNodeOptions, type WindowChoice } from './options.ts'
import { newWindows, secondsKept, type TakeWindow } from './windows.ts'

const counted = ['taken', 'late', 'sent', 'sparse', 'overrun'] as const
const [taken, late, sent, sparse, overrun] = [0, 1, 2, 3, 4]
/** More than this is not kept of a stream: 256 MB of float32. */
const mostValues = 2 ** 26

export const aggregate: NodeDefinition<AggregateOptions> = {
  id: 'aggregate',
  title: 'Aggregate',
  help: 'Counts, means, extremes and quantiles over windows: in time, sessions, or so many frames.',
  options: aggregateNodeOptions,
  inputs: [{ name: 'in', help: 'A signal, features or events in float32.' }],
  outputs: [{ name: 'out', help: 'One frame per window.' }, accountPort],
  cost: { work: 5.7, given: 0.0076 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const node = { id, kind: 'aggregate' }
    checkPhysical(node, input)
    const capacity = roomFor(node, input, options, maxFrames)
    const history = newFrameHistory(
      memory,
      input.channels.length,
      capacity,
      options.latenessSeconds,
    )
    const aggregates = newAggregates(node, memory, input, options, capacity)
    const windows = newWindows(options.window, history)
    const output = newSignalBuffer(memory, aggregates.channels.length, 1)
    const account = newAccount(memory, input, { ...node, options }, counted)
    const { counts } = account
    output.frames = 1
    let emitter: Emit | null = null

    const close: TakeWindow = (index, begin, end, from, to) => {
      if (to - from < options.fewestFrames) {
        counts[sparse]!++
        return
      }
      counts[sent]!++
      writeExtent(end - begin, end - begin, to - from, output.data)
      aggregates.write(history, from, to, null, output.data)
      output.firstSample = index
      output.time[0] = end
      emitter?.chunk('out', output)
    }

    return {
      outputs: {
        out: deriveStream(input, {
          node: id,
          kind: 'aggregate',
          type: 'Features',
          nominalRateHz: windowRate(options.window, input.nominalRateHz),
          channels: aggregates.channels,
          options,
        }),
        account: account.info,
      },
      delaySamples: 0,
      state: { history: history.state, windows: windows.state, account: account.state },
      process(_port, chunk, emit) {
        emitter = emit
        for (let f = 0; f < chunk.frames; f++) {
          const isTaken = history.add(chunk, f)
          counts[isTaken ? taken : late]!++
          counts[overrun] = history.state.overrun
          if (!isTaken) continue
          output.hostTime[0] = chunk.hostTime[f]!
          windows.advance(close)
          account.tell(chunk.time, chunk.hostTime, f, emit)
        }
      },
      // The frames' times tell of a gap.
      gap() {},
      watermark(_port, time, emit) {
        if (!history.raise(time)) return
        emitter = emit
        const { size } = history.state
        if (size > 0) output.hostTime[0] = history.hostTime(size - 1)
        windows.advance(close)
        emit.watermark('out', time - windows.lagSeconds)
      },
    }
  },
}

function windowRate(window: WindowChoice, rateHz: number): number {
  if (window.kind === 'tumbling') return 1 / window.seconds
  if (window.kind === 'sliding') return 1 / window.hopSeconds
  return window.kind === 'count' ? rateHz / window.hopFrames : 0
}

/** @throws SynapseError graph-invalid for a window that is too long to be kept */
function roomFor(
  node: NodeName,
  input: StreamInfo,
  { window, latenessSeconds }: AggregateOptions,
  maxFrames: number,
): number {
  const frames =
    framesIn(secondsKept(window) + latenessSeconds, input.nominalRateHz, maxFrames) +
    (window.kind === 'count' ? window.frames : 0)
  if (frames * input.channels.length <= mostValues) return frames
  const most = Math.floor(mostValues / input.channels.length)
  throw refusal(
    node,
    `the window = ${JSON.stringify(window)} needs room for ${frames} frames of "${input.name}"`,
    `At its rate and channels there is room for ${most}: choose a shorter window.`,
  )
}
