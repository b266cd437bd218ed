/**
 * Signals of an EDF file with the same rate, as one stream: its channels with their scale, and its
 * samples numbered across gaps.
 */
import type { Channel, ChannelType, StreamInfo } from '../../signal/index.ts'
import { channelTypeOfLabel, contentType, unit } from '../channel-words.ts'
import type { ProblemLog } from '../problems.ts'
import { effectiveRate, type RecordedGap, type RecordedStream } from '../recording.ts'
import type { EdfHeader, EdfSignal } from './header.ts'
import type { Segment } from './segments.ts'

export interface RateGroup {
  readonly info: StreamInfo
  readonly signals: readonly EdfSignal[]
  readonly samplesPerRecord: number
  readonly runs: readonly SampleRun[]
}

/** The samples of a segment. */
export interface SampleRun {
  readonly segment: Segment
  readonly firstSample: number
  /** What is missing before it. */
  readonly gap: RecordedGap | null
}

export function rateGroups(
  header: EdfHeader,
  segments: readonly Segment[],
  problems: ProblemLog,
): RateGroup[] {
  const signals = header.signals.filter((signal) => !signal.isAnnotations)
  const labels = uniqueLabels(signals, problems)
  const counts = [...new Set(signals.map((signal) => signal.samplesPerRecord))]
  return counts.map((samplesPerRecord) => {
    const members = signals.filter((signal) => signal.samplesPerRecord === samplesPerRecord)
    const rateHz = samplesPerRecord / header.recordSeconds
    const channels = members.map((signal) => channelOf(signal, labels.get(signal)!, problems))
    const single = counts.length === 1
    const { kind } = header
    return {
      info: {
        id: single ? kind : `${kind}-${rateHz}Hz`,
        name: single ? kind.toUpperCase() : `${kind.toUpperCase()} ${rateHz} Hz`,
        type: contentType(channels),
        sampleFormat: kind === 'bdf' ? 'int32' : 'int16',
        nominalRateHz: rateHz,
        channels,
        origin: originOf(header, members),
      },
      signals: members,
      samplesPerRecord,
      runs: runsOf(segments, samplesPerRecord, rateHz, header.recordSeconds),
    }
  })
}

function originOf(header: EdfHeader, members: readonly EdfSignal[]): StreamInfo['origin'] {
  const prefilters = new Set(members.map((signal) => signal.prefilter))
  const [prefilter] = prefilters
  return {
    source: header.kind,
    ...(header.equipment ? { model: header.equipment } : {}),
    ...(prefilters.size === 1 && prefilter ? { settings: { prefilter } } : {}),
  }
}

/** A label that stands twice gets running numbers, from 0, as MNE gives them. */
function uniqueLabels(signals: readonly EdfSignal[], problems: ProblemLog): Map<EdfSignal, string> {
  const groups = Map.groupBy(signals, (signal) => signal.label)
  const unique = new Map<EdfSignal, string>()
  for (const [label, same] of groups) {
    if (same.length === 1) {
      unique.set(same[0]!, label)
      continue
    }
    const detail = `${same.length} channels are called ${JSON.stringify(label)}`
    problems.note('duplicate-label', detail, label)
    for (const [i, signal] of same.entries()) unique.set(signal, `${label}-${i}`)
  }
  return unique
}

function channelOf(signal: EdfSignal, label: string, problems: ProblemLog): Channel {
  const { physicalMinimum, physicalMaximum, digitalMinimum, digitalMaximum } = signal
  const type: ChannelType = channelTypeOfLabel(signal.label) ?? 'MISC'
  const scale = (physicalMaximum - physicalMinimum) / (digitalMaximum - digitalMinimum)
  const isOrdered = digitalMaximum > digitalMinimum
  if (!Number.isFinite(scale) || scale === 0 || !isOrdered) {
    const range = `${digitalMinimum} to ${digitalMaximum}`
    const detail = isOrdered
      ? `${label} has no range to scale by`
      : `${label}: digital values from ${range} are no range`
    problems.note('bad-scaling', detail, label)
    return { label, type, unit: 'counts', scale: 1, offset: 0 }
  }
  return {
    label,
    type,
    unit: unit(signal.dimension),
    scale,
    offset: physicalMinimum - digitalMinimum * scale,
    // A negative scale is allowed: the polarity was turned.
    range: [Math.min(physicalMinimum, physicalMaximum), Math.max(physicalMinimum, physicalMaximum)],
  }
}

/**
 * Sample indices count from the first record's onset, so that they stay right over any number of
 * gaps; an estimate is a gap that is no whole number of samples.
 */
function runsOf(
  segments: readonly Segment[],
  samplesPerRecord: number,
  rateHz: number,
  recordSeconds: number,
): SampleRun[] {
  const runs: SampleRun[] = []
  const origin = segments[0]?.onset ?? 0
  let next = 0
  let endTime = origin
  for (const segment of segments) {
    const due = (segment.onset - origin) * rateHz
    const firstSample = Math.max(next, Math.round(due))
    const lostSamples = firstSample - next
    const exact = Math.abs(due - firstSample) < 0.01
    const gap: RecordedGap = {
      atSample: next,
      lostSamples,
      exact,
      reason: 'lost',
      startTime: endTime,
    }
    runs.push({ segment, firstSample, gap: lostSamples > 0 ? gap : null })
    next = firstSample + segment.records * samplesPerRecord
    endTime = segment.onset + segment.records * recordSeconds
  }
  return runs
}

export function recordedStream(group: RateGroup): RecordedStream {
  const { info, runs, samplesPerRecord } = group
  const rateHz = info.nominalRateHz
  const samples = runs.reduce((sum, { segment }) => sum + segment.records * samplesPerRecord, 0)
  const last = runs.at(-1)
  const lastCount = last ? last.segment.records * samplesPerRecord : 0
  const firstTime = samples > 0 ? runs[0]!.segment.onset : null
  const lastTime = last && samples > 0 ? last.segment.onset + (lastCount - 1) / rateHz : null
  const expected = last ? last.firstSample + lastCount : 0
  return {
    info,
    effectiveRateHz: effectiveRate(rateHz, expected, firstTime, lastTime),
    samples,
    firstTime,
    lastTime,
    gaps: runs.flatMap(({ gap }) => (gap ? [gap] : [])),
  }
}
