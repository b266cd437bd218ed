/**
 * How a dead letter stands in an XDF file that any reader opens: the chunk is a piece of a stream of
 * its own, named after node and port; a marker at its first sample says why it is there.
 */
import type { RecordedMarker, RecordedStream } from '../../formats/index.ts'
import type { DeadLetter } from '../../graph/index.ts'
import type { Marker, StreamInfo } from '../../signal/index.ts'

/** What a letter is known by, without its samples. */
export interface LetterEntry {
  /** Id of its stream in the file. */
  readonly stream: string
  /** The live stream that the graph ran over; empty for a recording. */
  readonly lane: string
  readonly node: string
  readonly port: string
  readonly reason: string
  readonly code: string
  readonly message: string
  readonly firstSample: number
  readonly frames: number
  /** Of the first frame, seconds. */
  readonly time: number
}

const pattern = /^(failed|resting), (\d+) frames: ([\w-]+): (.*)$/s
const droppedPattern = /^(\d+) dead letters dropped$/

export function letterStream({ node, port, info }: DeadLetter, lane: string): StreamInfo {
  const settings = { ...info.origin.settings, lane, node, port }
  const id = `${lane} ${node}.${port}`.trim()
  return { ...info, id, name: `${node}.${port}`, origin: { ...info.origin, settings } }
}

export function letterMarker({ chunk, reason, note }: DeadLetter, stream: StreamInfo): Marker {
  const rate = stream.nominalRateHz
  return {
    time: chunk.time[0]!,
    label: `${reason}, ${chunk.frames} frames: ${note.code}: ${note.message}`,
    durationSeconds: rate > 0 ? chunk.frames / rate : 0,
    source: stream.id,
    value: chunk.firstSample,
  }
}

export function droppedMarker(dropped: number, time: number): Marker {
  const label = `${dropped} dead letters dropped`
  return { time, label, durationSeconds: 0, source: 'dead letters', value: dropped }
}

/** Undefined for a marker that tells of something else. */
export function readLetterMarker(
  { label, source, value, time }: RecordedMarker,
  streams: readonly RecordedStream[],
): LetterEntry | undefined {
  const found = pattern.exec(label)
  const stream = streams.find(({ info }) => info.id === source)
  if (!found || !stream || value === undefined) return undefined
  const { lane = '', node = '', port = '' } = stream.info.origin.settings ?? {}
  const [, reason, frames, code, message] = found
  return {
    stream: stream.info.id,
    lane: String(lane),
    node: String(node),
    port: String(port),
    reason: reason!,
    code: code!,
    message: message!,
    firstSample: value,
    frames: Number(frames),
    time,
  }
}

export function readDropped({ label }: RecordedMarker): number {
  return Number(droppedPattern.exec(label)?.[1] ?? 0)
}
