/** What an EDF or BDF file could not keep of its streams. */
import { toAscii } from '../export/ascii.ts'
import type { ExportJob } from '../export/export-job.ts'
import { rateLosses } from '../export/fact-losses.ts'
import { type LossTable, rounded, someOf } from '../export/losses.ts'
import type { SurveyedStream } from '../export/survey.ts'
import type { DigitalRange } from './digital-range.ts'
import type { EdfGroup } from './edf-groups.ts'
import type { RecordLength } from './record-length.ts'
import type { RecordPlan } from './record-plan.ts'
import type { SignalFeed } from './signal-feed.ts'

/** The unit as the header has it. */
export function edfDimension(unit: string): string {
  return toAscii(unit).trim().slice(0, 8)
}

export function nameLosses(
  losses: LossTable,
  group: EdfGroup,
  labels: readonly string[],
  ranges: readonly DigitalRange[],
): void {
  const channels = group.members.flatMap(({ stream }) => stream.info.channels)
  const subject = group.members[0]!.stream.info.name
  const renamed = channels.flatMap(({ label }, i) =>
    label === labels[i] ? [] : [`${JSON.stringify(label)} as ${JSON.stringify(labels[i])}`],
  )
  const detail = `16 ASCII characters, none twice: ${someOf(renamed)}`
  losses.add({ kind: 'names', subject, count: renamed.length, detail })
  const units = channels.flatMap(({ unit }, i) => {
    const own = edfDimension(ranges[i]!.unit)
    return own === unit ? [] : [`${unit} as ${own}`]
  })
  const kinds = someOf([...new Set(units)])
  losses.add({ kind: 'units', subject, count: units.length, detail: kinds })
}

export function timeLosses(
  job: ExportJob,
  group: EdfGroup,
  plan: RecordPlan,
  length: RecordLength,
): void {
  const perRecord = plan.ticksPerRecord
  for (const { stream, samplesPerTick, position, maxShiftSeconds } of group.members) {
    const subject = stream.info.name || stream.info.id
    const { runs, samples, info } = stream
    const rateHz = (samplesPerTick * perRecord) / length.seconds
    if (position === group.members[0]!.position && maxShiftSeconds === 0) {
      rateLosses(job, stream, rateHz)
    } else if (maxShiftSeconds > 0.1 / info.nominalRateHz) {
      const detail = `laid on the samples of ${group.members[0]!.stream.info.name}`
      const row = { kind: 'times', subject, count: samples, detail } as const
      job.losses.add({ ...row, maxError: maxShiftSeconds, unit: 's' })
    }
    const first = runs[0]!.firstSample
    const last = runs.at(-1)!
    const end = position + last.firstSample + last.frames - first
    const segment = plan.segments.at(-1)!
    const endTick = segment.firstTick + segment.records * perRecord
    const before = position - plan.segments[0]!.firstTick * samplesPerTick
    const padding = Math.max(0, before) + Math.max(0, endTick * samplesPerTick - end)
    const filled = plan.records * perRecord * samplesPerTick - samples - padding
    const marked = 'with the last value, annotated as'
    const padded = `whole records are filled up ${marked} BAD_padding`
    job.losses.add({ kind: 'padding', subject, count: padding, detail: padded })
    const joined = `records that a gap begins or ends in are filled ${marked} BAD_gap`
    job.losses.add({ kind: 'gaps-filled', subject, count: filled, detail: joined })
  }
  const pieces = plan.segments.length
  job.losses.add({
    kind: 'times',
    subject: 'records',
    count: pieces > 1 ? pieces - 1 : 0,
    detail:
      'gaps are kept as discontinuities (+D), which MNE and EEGLAB join without a word and EDFlib ' +
      'refuses; with --format edf+c or bdf+c they are filled and annotated instead',
  })
}

export function sampleLosses(
  losses: LossTable,
  { info }: SurveyedStream,
  { coders }: SignalFeed,
  ranges: readonly DigitalRange[],
): void {
  const subject = info.name || info.id
  const worst = new Map<string, { error: number; label: string; count: number; step: number }>()
  for (const [i, { unit, label }] of info.channels.entries()) {
    const own = coders.maxError(i)
    const step = Math.abs(coders.stepSize(i))
    // A whole value is kept to the last bit; the header says its scale in 8 characters. What is
    // less than the rounding of the arithmetic is none of the file.
    if (own <= (ranges[i]!.isWhole ? 0.01 : 1e-8) * step) continue
    const known = worst.get(unit) ?? { error: 0, label, count: 0, step: 0 }
    known.count += 1
    if (own > known.error) {
      known.error = own
      known.label = label
      known.step = step
    }
    worst.set(unit, known)
  }
  for (const [unit, { error, label, count, step }] of worst) {
    const detail = `steps of ${rounded(step)} ${unit} in ${label}, the worst of these channels`
    losses.add({ kind: 'rounding', subject, count, detail, maxError: error, unit })
  }
  const sum = (of: 'clipped' | 'notFinite') =>
    info.channels.reduce((all, _, channel) => all + coders[of](channel), 0)
  const range = 'values beyond the range of the signal'
  losses.add({ kind: 'clipped', subject, count: sum('clipped'), detail: range })
  const held = 'NaN or infinite; the last value before is repeated'
  losses.add({ kind: 'not-finite', subject, count: sum('notFinite'), detail: held })
}
