/**
 * Writes regular streams as EDF+ or BDF+: one file for all that fit together, more where they do
 * not. Gaps stay gaps (EDF+D) as far as records allow, or are filled and marked (EDF+C).
 */
import { SynapseError } from '../../signal/index.ts'
import { toAscii } from '../export/ascii.ts'
import { type ExportJob, type ExportWriter, pathsOf, wallClock } from '../export/export-job.ts'
import { factLosses } from '../export/fact-losses.ts'
import type { SinkBuffer } from '../export/sink-buffer.ts'
import type { SurveyedStream } from '../export/survey.ts'
import type { RecordingItem } from '../recording.ts'
import { AnnotationSlots } from './annotation-slots.ts'
import { ChannelCoders } from './channel-coders.ts'
import { type DigitalRange, digitalRange } from './digital-range.ts'
import { type EdfGroup, edfGroups, maxChannels } from './edf-groups.ts'
import { edfDimension, nameLosses, sampleLosses, timeLosses } from './edf-losses.ts'
import { edfNotes, noteLosses } from './edf-notes.ts'
import { annotationSignal, edfHeaderBytes, edfLabels, edfWord } from './header-writer.ts'
import { greatestCommonDivisor, type RecordLength, recordLength } from './record-length.ts'
import { PlanCursor, type PlannedStream, planRecords, type RecordPlan } from './record-plan.ts'
import { SignalFeed } from './signal-feed.ts'

export interface EdfKind {
  readonly kind: 'edf' | 'bdf'
  /** Gaps are filled, whatever it costs: for readers that join the pieces of EDF+D. */
  readonly continuous: boolean
}

/** What EDFlib takes at most. */
const maxRecordBytes = { edf: 10_000_000, bdf: 15_000_000 } as const
/** A file filled to more than this many times its samples is no recording any more. */
const maxFillShare = 20
const tolerableFillSamples = 10_000_000

/** @throws SynapseError bad-option where the format cannot hold the streams; as the outputs */
export function openEdfWriter(job: ExportJob, kind: EdfKind): ExportWriter {
  const streams = job.streams.filter((stream) => isWritable(stream, job))
  if (streams.length === 0) {
    throw new SynapseError('bad-option', 'exporting: no stream with a fixed rate has samples', {
      remedy: 'Choose XDF or CSV, which hold events and irregular streams, too.',
    })
  }
  for (const { info } of streams) {
    if (info.channels.length <= maxChannels) continue
    const detail = `${info.name} has ${info.channels.length} channels, EDF takes ${maxChannels}`
    throw new SynapseError('bad-option', `exporting: ${detail}`, {
      remedy: 'Choose XDF, BrainVision or CSV.',
    })
  }
  const sampleBytes = kind.kind === 'bdf' ? 3 : 2
  const groups = edfGroups(streams, maxRecordBytes[kind.kind] / (2 * sampleBytes))
  const plans = groups.map((group) => planOf(group, kind, sampleBytes))
  const names = groups.map(({ members }) => members[0]!.stream.info.name)
  const paths = pathsOf(job.path, names)
  noteLosses(job.markers, job.losses)
  factLosses(job, streams, [])
  const files = groups.map((group, i) => new EdfFile(job, kind, group, plans[i]!, paths[i]!))
  return {
    take: (item) => {
      for (const file of files) file.take(item)
    },
    finish: () => {
      for (const file of files) file.finish()
    },
  }
}

function isWritable({ info, samples }: SurveyedStream, { losses }: ExportJob): boolean {
  if (info.nominalRateHz > 0 && samples > 0 && info.channels.length > 0) return true
  const why = info.nominalRateHz > 0 ? 'has no samples' : 'has no fixed rate; XDF and CSV keep it'
  losses.add({ kind: 'left-out', subject: info.name || info.id, count: 1, detail: why })
  return false
}

interface FilePlan {
  readonly length: RecordLength
  readonly plan: RecordPlan
}

/** @throws SynapseError bad-option where filling the gaps would make a file of nothing else */
function planOf(group: EdfGroup, { kind, continuous }: EdfKind, sampleBytes: 2 | 3): FilePlan {
  const { members, tickSeconds } = group
  const planned = members.map(({ stream, samplesPerTick, position }) => ({
    samplesPerTick,
    runs: stream.runs.map(({ firstSample, frames }) => ({
      position: firstSample - stream.runs[0]!.firstSample + position,
      frames,
    })),
  }))
  const tickBytes = members.reduce(
    (sum, { stream, samplesPerTick }) =>
      sum + stream.info.channels.length * samplesPerTick * sampleBytes,
    0,
  )
  const length = recordLength({
    tickSeconds,
    wholeTicks: wholeTicks(planned),
    maxTicks: Math.floor(maxRecordBytes[kind] / tickBytes),
    streams: members.map(({ stream, samplesPerTick }) => ({
      samplesPerTick,
      rateHz: stream.info.nominalRateHz,
    })),
  })
  const plan = planRecords(planned, length.ticks, continuous)
  const samples = members.reduce((sum, { stream }) => sum + stream.samples, 0)
  const planSamples = members.reduce(
    (sum, { samplesPerTick }) => sum + plan.records * length.ticks * samplesPerTick,
    0,
  )
  if (continuous && planSamples > Math.max(tolerableFillSamples, samples * maxFillShare)) {
    const detail = `its gaps are ${Math.round(planSamples / samples)} times as long as its samples`
    throw new SynapseError('bad-option', `exporting without gaps: ${detail}`, {
      remedy: `Choose ${kind.toUpperCase()}+D (--format ${kind}), which keeps them as gaps.`,
    })
  }
  return { length, plan }
}

/** Ticks that divide every run, where all streams have the same ones; 0: there are none. */
function wholeTicks(streams: readonly PlannedStream[]): number {
  const inTicks = streams.map(({ runs, samplesPerTick }) =>
    runs.flatMap(({ position, frames }) => [position / samplesPerTick, frames / samplesPerTick]),
  )
  const [first = []] = inTicks
  const isShared = inTicks.every(
    (own) => own.length === first.length && own.every((value, i) => value === first[i]),
  )
  if (!isShared || !first.every(Number.isInteger)) return 0
  return greatestCommonDivisor(first.filter((_, i) => i % 2 === 1))
}

/** One file: header, then records as soon as every stream has its part of the next one. */
class EdfFile {
  readonly #job: ExportJob
  readonly #group: EdfGroup
  readonly #length: RecordLength
  readonly #cursor: PlanCursor
  readonly #start: number
  readonly #feeds: ReadonlyMap<string, SignalFeed>
  readonly #ranges: readonly (readonly DigitalRange[])[]
  readonly #slots: AnnotationSlots
  readonly #annotations: Uint8Array
  readonly #out: SinkBuffer

  constructor(
    job: ExportJob,
    { kind }: EdfKind,
    group: EdfGroup,
    { length, plan }: FilePlan,
    path: string,
  ) {
    const sampleBytes = kind === 'bdf' ? 3 : 2
    const clock = wallClock(job, group.startTime)
    const startedAt = clock === null ? null : new Date(Math.floor(clock / 1000) * 1000)
    this.#job = job
    this.#group = group
    this.#length = length
    this.#cursor = new PlanCursor(plan)
    // To the millisecond, as clocks of recordings are: EDFlib compares onsets to 100 ns.
    this.#start = clock === null ? 0 : Math.round(clock - startedAt!.getTime()) / 1000
    this.#ranges = group.members.map(({ stream: { info, channels } }) =>
      info.channels.map((channel, i) =>
        digitalRange(channel, channels[i]!, kind === 'bdf' ? 24 : 16),
      ),
    )
    const isAlone = group.members.length === 1
    const written = (record: Uint8Array) => this.#write([record])
    this.#feeds = new Map(
      group.members.map((member, i) => {
        const { info } = member.stream
        const samples = member.samplesPerTick * plan.ticksPerRecord
        const coders = new ChannelCoders(info.channels, this.#ranges[i]!, sampleBytes, samples)
        return [info.id, new SignalFeed(member, plan, coders, isAlone ? written : null)]
      }),
    )
    const notes = edfNotes(group, plan, job.markers, this.#start)
    const lastOnset = this.#onset(plan.segments.at(-1)!.firstTick) + plan.records * length.seconds
    this.#slots = new AnnotationSlots(notes, plan.records, lastOnset, sampleBytes)
    this.#annotations = new Uint8Array(this.#slots.recordBytes)
    this.#out = job.outputs.create(path)
    const plus = plan.segments.length > 1 ? 'D' : 'C'
    this.#out.bytes(this.#header(kind, plus, startedAt, plan.records))
    timeLosses(job, group, plan, length)
  }

  #header(
    kind: 'edf' | 'bdf',
    plus: 'C' | 'D',
    startedAt: Date | null,
    records: number,
  ): Uint8Array {
    const { members } = this.#group
    const channels = members.flatMap(({ stream }) => stream.info.channels)
    const labels = edfLabels(channels.map(({ label }) => label))
    nameLosses(this.#job.losses, this.#group, labels, this.#ranges.flat())
    const { model, source } = members[0]!.stream.info.origin
    const signals = members.flatMap(({ stream: { info } }, i) =>
      this.#ranges[i]!.map((range) => ({
        label: labels.shift()!,
        dimension: edfDimension(range.unit),
        range,
        prefilter: toAscii(String(info.origin.settings?.prefilter ?? '')).slice(0, 80),
        samplesPerRecord: this.#feeds.get(info.id)!.samplesPerRecord,
      })),
    )
    const annotations = annotationSignal(kind, this.#slots.recordBytes)
    return edfHeaderBytes({
      kind,
      plus,
      startedAt,
      equipment: edfWord(model ?? source, 30),
      records,
      recordSeconds: this.#length.text,
      signals: [...signals, annotations],
    })
  }

  take(item: RecordingItem): void {
    if (item.kind !== 'chunk') return
    const feed = this.#feeds.get(item.stream)
    if (!feed) return
    feed.take(item.chunk)
    this.#writeReady()
  }

  #writeReady(): void {
    const feeds = [...this.#feeds.values()]
    while (feeds.every((feed) => feed.hasRecord)) {
      const records = feeds.map((feed) => feed.takeRecord())
      this.#write(records)
      for (const [i, feed] of feeds.entries()) feed.giveBack(records[i]!)
    }
  }

  /** The next record: the parts of all streams, and annotations. */
  #write(parts: readonly Uint8Array[]): void {
    for (const bytes of parts) this.#out.bytes(bytes)
    const onset = this.#onset(this.#cursor.tick)
    this.#slots.fill(this.#cursor.record, onset, onset + this.#length.seconds, this.#annotations)
    this.#out.bytes(this.#annotations)
    this.#cursor.next()
  }

  #onset(tick: number): number {
    return this.#start + (tick / this.#length.ticks) * this.#length.seconds
  }

  finish(): void {
    for (const feed of this.#feeds.values()) feed.finish()
    this.#writeReady()
    const { losses } = this.#job
    for (const [i, { stream }] of this.#group.members.entries()) {
      const feed = this.#feeds.get(stream.info.id)!
      sampleLosses(losses, stream, feed, this.#ranges[i]!)
      feed.coders.release()
    }
  }
}
