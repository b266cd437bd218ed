/** Opens an XDF recording: ours, with every index and raw time, or that of any other program. */
import { type StreamId, sumLedgers } from '../../signal/index.ts'
import { ByteWindow } from '../byte-window.ts'
import type { ByteSource } from '../io.ts'
import { mergeByTime, type TimedItem } from '../merge-by-time.ts'
import { ProblemLog } from '../problems.ts'
import {
  effectiveRate,
  ledgerOf,
  type RecordedMarker,
  type RecordedStream,
  type Recording,
  type RecordingItem,
} from '../recording.ts'
import type { Timeline } from '../timeline.ts'
import { readMarkerDetails } from './own-texts.ts'
import { scanXdf, type XdfScan } from './scan.ts'
import type { ScannedStream, TextRow } from './scanned-stream.ts'
import { type Signal, signalItems } from './signal-items.ts'
import { limits, magic } from './xdf-format.ts'

/** One letter may be damaged where a header of XDF follows. */
export function looksLikeXdf(start: Uint8Array): boolean {
  const letters = [...magic].filter((letter, i) => start[i] === letter.charCodeAt(0)).length
  if (letters === magic.length) return true
  const text = new TextDecoder().decode(start.subarray(magic.length, headerLookBytes))
  return letters === magic.length - 1 && /<\?xml|<info>/.test(text)
}

const headerLookBytes = 64

/** What else is known of a recording in this format. */
export interface XdfRecording extends Recording {
  /** One numeric stream by itself. */
  readStream(stream: StreamId): AsyncGenerator<TimedItem, void, void>
  /** Null for a stream of texts. */
  timelineOf(stream: StreamId): Timeline | null
  /** As measured: when, on the stream's clock, and how far the recorder's is ahead of it. */
  clockOffsetsOf(stream: StreamId): ClockOffsets
}

export interface ClockOffsets {
  readonly times: readonly number[]
  readonly values: readonly number[]
}

/** @throws SynapseError file-damaged when nothing can be read */
export async function openXdf(source: ByteSource, name: string): Promise<XdfRecording> {
  const problems = new ProblemLog()
  const start = new TextDecoder().decode(await source.read(0, magic.length))
  if (start !== magic) problems.note('bad-header', 'the first letters of the file are damaged')
  const windows = [new ByteWindow(source)]
  const scan = await scanXdf(windows[0]!, name, problems)
  const signals: Signal[] = []
  for (const stream of scan.streams) {
    if (!stream.isText && isListed(stream)) {
      signals.push(await signalOf(source, scan, stream, problems))
    }
  }
  const markers = [
    ...scan.streams.filter((stream) => stream.isText && isListed(stream)).flatMap(foreignMarkers),
    ...ownMarkers(scan),
    ...(await numericMarkers(source, scan, signals)),
  ].sort((a, b) => a.time - b.time)
  const streams = scan.streams.filter(isListed).map((stream) => {
    const signal = signals.find((each) => each.stream === stream)
    return recordedStream(stream, signal?.timeline ?? textTimeline(stream))
  })
  return {
    format: 'xdf',
    startedAt: scan.startedAt,
    streams,
    markers,
    settings: scan.streams
      .filter(({ header }) => header.role === 'settings')
      .flatMap(({ texts }) => texts.map(({ time, text }) => ({ time, text }))),
    ledger: sumLedgers(streams.map(ledgerOf)),
    problems: problems.list(),
    read: () => readSignals(source, scan, signals, windows),
    close: () => {
      for (const window of windows.splice(0)) window.release()
      return source.close()
    },
    readStream: (id) => readOne(source, scan, signals.find(isOf(id))),
    timelineOf: (id) => signals.find(isOf(id))?.timeline ?? null,
    clockOffsetsOf: (id) =>
      scan.streams.find(({ header }) => header.info.id === id)?.offsets ?? {
        times: [],
        values: [],
      },
  }
}

function isOf(id: StreamId): (signal: Signal) => boolean {
  return ({ stream }) => stream.header.info.id === id
}

async function* readOne(
  source: ByteSource,
  scan: XdfScan,
  signal: Signal | undefined,
): AsyncGenerator<TimedItem, void, void> {
  if (signal) yield* signalItems(new ByteWindow(source), scan, signal)
}

/** One stream more, and the blocks of a usual window may not do. */
const streamsPerWindow = 3

/** @param windows that no other pass uses: their memory is taken again, and given back */
function readSignals(
  source: ByteSource,
  scan: XdfScan,
  signals: readonly Signal[],
  windows: ByteWindow[],
): AsyncGenerator<RecordingItem, void, void> {
  // A cursor per stream: each needs a block of its own where the streams are far apart.
  const many = signals.length > streamsPerWindow
  const blocks = Math.min(64, 8 + 2 * signals.length)
  const bytes = (many ? undefined : windows.pop()) ?? new ByteWindow(source, undefined, blocks)
  const items = signals.map((signal) => signalItems(bytes, scan, signal))
  return mergeByTime(items, () => {
    if (windows.length === 0) windows.push(bytes)
  })
}

/** Companions, markers and gaps of ours are told with the streams that they belong to. */
function isListed({ header }: ScannedStream): boolean {
  return header.role === undefined || header.role === 'signal'
}

async function signalOf(
  source: ByteSource,
  scan: XdfScan,
  stream: ScannedStream,
  problems: ProblemLog,
): Promise<Signal> {
  const { info } = stream.header
  if (stream.numbered) {
    const isCompanion = ({ header }: ScannedStream) =>
      header.role === 'clock' && header.clockOf === info.id && header.format === 'double64'
    if (stream.unpaired > 0) {
      const detail = `${info.name}: the indices of ${stream.unpaired} samples were deduced`
      problems.note('unpaired-clock', detail, info.id)
    }
    const companion = scan.streams.find(isCompanion) ?? null
    return { stream, timeline: stream.numbered.finish(stream.newSync().newPass()), companion }
  }
  const sync = stream.newSync()
  if (!sync.hasResets) return { stream, timeline: stream.stamped.finish(sync), companion: null }
  // After a clock reset, stamps far apart may be neighbours in truth: they must be on the
  // recorder's clock before breaks are looked for. This costs the rare file one more pass.
  const asStamped = { stream, timeline: stream.stamped.finish(sync), companion: null }
  stream.stamped.restart()
  for await (const { item } of signalItems(new ByteWindow(source), scan, asStamped)) {
    if (item.kind === 'chunk') stream.stamped.add(item.chunk.hostTime, item.chunk.frames)
  }
  return { stream, timeline: stream.stamped.finish(null), companion: null }
}

function recordedStream(stream: ScannedStream, timeline: Timeline): RecordedStream {
  const { info } = stream.header
  const { samples, expected, firstTime, lastTime, stretches, trailingGaps } = timeline
  return {
    info,
    effectiveRateHz: effectiveRate(info.nominalRateHz, expected, firstTime, lastTime),
    samples,
    firstTime,
    lastTime,
    gaps: [...stretches.flatMap((stretch) => stretch.gaps), ...trailingGaps],
  }
}

function textTimeline(stream: ScannedStream): Timeline {
  const times = timesOf(stream)
  return {
    stretches: [],
    trailingGaps: [],
    samples: stream.samples,
    expected: stream.samples,
    firstTime: times[0] ?? null,
    lastTime: times.at(-1) ?? null,
  }
}

/** Of the texts, on the recorder's clock. */
function timesOf(stream: ScannedStream): number[] {
  const toRecorder = stream.newSync().newPass()
  return stream.texts.map(({ time }) => toRecorder(time))
}

function foreignMarkers(stream: ScannedStream): RecordedMarker[] {
  const times = timesOf(stream)
  const source = stream.header.info.name
  return stream.texts.map(({ text }, i) => ({
    time: times[i]!,
    label: text,
    durationSeconds: 0,
    source,
  }))
}

function ownMarkers(scan: XdfScan): RecordedMarker[] {
  const rows = (role: string) =>
    scan.streams.filter(({ header }) => header.role === role).flatMap((stream) => stream.texts)
  const details = rows('marker-details')
  let next = 0
  return rows('markers').map(({ time, text }) => {
    const at = indexAtTime(details, time, next)
    if (at === undefined) return { time, label: text, durationSeconds: 0 }
    next = at + 1
    const detail = readMarkerDetails(details[at]!.text) ?? { durationSeconds: 0 }
    return { time, label: text, ...detail }
  })
}

/** Details follow their marker; damage may have taken a few of either. */
function indexAtTime(rows: readonly TextRow[], time: number, from: number): number | undefined {
  const most = Math.min(rows.length, from + 100)
  for (let i = from; i < most; i++) if (rows[i]!.time === time) return i
  return undefined
}

/** Trigger boxes and many tasks send their markers as numbers. */
async function numericMarkers(
  source: ByteSource,
  scan: XdfScan,
  signals: readonly Signal[],
): Promise<RecordedMarker[]> {
  const markers: RecordedMarker[] = []
  for (const signal of signals) {
    const { info, channelCount } = signal.stream.header
    const irregular = info.nominalRateHz === 0 && channelCount === 1
    if (!irregular || !/^(marker|stim|trigger|event)/i.test(info.type)) continue
    for await (const { item } of signalItems(new ByteWindow(source), scan, signal)) {
      if (item.kind !== 'chunk') continue
      const { time, data, frames } = item.chunk
      for (let i = 0; i < frames && markers.length < limits.markers; i++) {
        const value = data[i]!
        markers.push({
          time: time[i]!,
          label: String(value),
          durationSeconds: 0,
          source: info.name,
          value,
        })
      }
    }
  }
  return markers
}
