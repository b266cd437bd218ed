/**
 * The account of a recording, for people who have to vouch for it: what was expected, what came,
 * what is missing and when; how true the clocks were; what the electrodes were like. Plain data;
 * `report-html.ts` makes a page of it.
 */
import type { Ledger, StreamId } from '../../signal/index.ts'
import type { ChecksumReport } from '../checksums/check-sums.ts'
import { LinearFit } from '../linear-fit.ts'
import { isHarmless, type Problem } from '../problems.ts'
import {
  ledgerOf,
  type RecordedGap,
  type RecordedStream,
  type Recording,
  type RecordingFormat,
} from '../recording.ts'
import { verifyRecording } from '../verify.ts'
import type { ClockOffsets, XdfRecording } from '../xdf/xdf-reader.ts'
import { DelayHistogram, type Delays } from './delay-histogram.ts'
import { type ImpedancePair, impedancesOf } from './impedances.ts'

export interface IntegrityReport {
  readonly file: string
  readonly format: RecordingFormat
  readonly startedAt: string | null
  /** From the first sample of any stream to the last. */
  readonly seconds: number
  /** Sound, and nothing lost; sound, and what is lost is marked; or damaged. */
  readonly verdict: 'complete' | 'gaps' | 'damaged'
  readonly ledger: Ledger
  readonly streams: readonly StreamIntegrity[]
  readonly markers: readonly ReportedMarker[]
  readonly impedances: readonly ImpedancePair[]
  /** Null where none lie beside the file. */
  readonly checksums: ChecksumReport | null
  readonly problems: readonly (Problem & { readonly harmless: boolean })[]
}

export interface StreamIntegrity {
  readonly id: StreamId
  readonly name: string
  readonly type: string
  readonly channels: number
  readonly nominalRateHz: number
  readonly effectiveRateHz: number
  /** How much faster the device's clock runs than the host's; null for an irregular stream. */
  readonly driftPpm: number | null
  readonly ledger: Ledger
  /** Seconds since the first sample of the recording. */
  readonly firstSecond: number | null
  readonly lastSecond: number | null
  readonly gaps: readonly ReportedGap[]
  /** How late samples arrived after their fitted time; null where the file does not say. */
  readonly arrival: Delays | null
  readonly clock: ClockReport | null
}

export interface ReportedGap {
  readonly second: number
  /** Null for an irregular stream. */
  readonly seconds: number | null
  readonly atSample: number
  readonly lostSamples: number
  readonly exact: boolean
  readonly reason: string
}

export interface ReportedMarker {
  readonly second: number
  readonly label: string
  readonly source: string | null
}

/** Offsets between the stream's clock and the recorder's, as they were measured. */
export interface ClockReport {
  readonly measurements: number
  readonly seconds: readonly number[]
  readonly offsetsMs: readonly number[]
  /** Slope of a line through them, and how far they scatter around it. */
  readonly driftPpm: number
  readonly spreadMs: number
}

/** So many points show as much as a plot can. */
const mostPoints = 2000

/** @throws SynapseError io-failed */
export async function integrityReport(
  file: string,
  recording: Recording,
  checksums: ChecksumReport | null,
): Promise<IntegrityReport> {
  const { problems, sound } = await verifyRecording(recording, checksums)
  const delays = await measureDelays(recording)
  const times = recording.streams.flatMap(({ firstTime }) => firstTime ?? [])
  const begin = times.length > 0 ? Math.min(...times) : (recording.markers[0]?.time ?? 0)
  const ends = recording.streams.flatMap(({ lastTime }) => lastTime ?? [])
  const { ledger } = recording
  return {
    file,
    format: recording.format,
    startedAt: recording.startedAt?.toISOString() ?? null,
    seconds: ends.length > 0 ? Math.max(...ends) - begin : 0,
    verdict: !sound ? 'damaged' : ledger.lost > 0 ? 'gaps' : 'complete',
    ledger,
    streams: recording.streams
      .filter(({ info }) => info.sampleFormat !== 'json')
      .map((stream) => streamIntegrity(recording, stream, begin, delays.get(stream.info.id))),
    markers: recording.markers.map(({ time, label, source }) => ({
      second: time - begin,
      label,
      source: source ?? null,
    })),
    impedances: impedancesOf(recording.markers, begin),
    checksums,
    problems: problems.map((problem) => ({ ...problem, harmless: isHarmless(problem) })),
  }
}

async function measureDelays(recording: Recording): Promise<Map<StreamId, DelayHistogram>> {
  const found = new Map<StreamId, DelayHistogram>()
  for await (const item of recording.read()) {
    if (item.kind !== 'chunk') continue
    const histogram = found.get(item.stream) ?? new DelayHistogram()
    found.set(item.stream, histogram)
    const { time, hostTime, frames } = item.chunk
    for (let i = 0; i < frames; i++) histogram.add(hostTime[i]! - time[i]!)
  }
  return found
}

function streamIntegrity(
  recording: Recording,
  stream: RecordedStream,
  begin: number,
  delays: DelayHistogram | undefined,
): StreamIntegrity {
  const { info, effectiveRateHz, firstTime, lastTime, gaps } = stream
  const { nominalRateHz } = info
  return {
    id: info.id,
    name: info.name,
    type: info.type,
    channels: info.channels.length,
    nominalRateHz,
    effectiveRateHz,
    driftPpm: effectiveRateHz > 0 ? (effectiveRateHz / nominalRateHz - 1) * 1e6 : null,
    ledger: ledgerOf(stream),
    firstSecond: firstTime === null ? null : firstTime - begin,
    lastSecond: lastTime === null ? null : lastTime - begin,
    gaps: gaps.map((gap) => reportedGap(gap, nominalRateHz, begin)),
    arrival: delays?.summary ?? null,
    clock: isXdf(recording) ? clockReport(recording.clockOffsetsOf(info.id), begin) : null,
  }
}

function reportedGap(gap: RecordedGap, rateHz: number, begin: number): ReportedGap {
  const { atSample, lostSamples, exact, reason, startTime } = gap
  const seconds = rateHz > 0 ? lostSamples / rateHz : null
  return { second: startTime - begin, seconds, atSample, lostSamples, exact, reason }
}

function isXdf(recording: Recording): recording is XdfRecording {
  return 'clockOffsetsOf' in recording
}

/** @returns null where the stream's clock is the recorder's own, or was measured less than twice */
function clockReport({ times, values }: ClockOffsets, begin: number): ClockReport | null {
  if (times.length < 2 || values.every((value) => value === 0)) return null
  const line = new LinearFit(0)
  for (const [i, time] of times.entries()) line.add(time, values[i]!)
  const squares = times.reduce((sum, time, i) => {
    const off = values[i]! - line.at(time)
    return sum + off * off
  }, 0)
  const every = Math.ceil(times.length / mostPoints)
  const shown = times.flatMap((time, i) => (i % every === 0 ? [[time, values[i]!] as const] : []))
  return {
    measurements: times.length,
    seconds: shown.map(([time, value]) => time + value - begin),
    offsetsMs: shown.map(([, value]) => value * 1000),
    driftPpm: line.slope * 1e6,
    spreadMs: Math.sqrt(squares / times.length) * 1000,
  }
}
