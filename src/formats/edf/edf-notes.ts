/** The annotations of one EDF file: markers where they belong among its samples, gaps, padding. */
import { gapText } from '../export/export-job.ts'
import type { LossTable } from '../export/losses.ts'
import type { RecordedMarker } from '../recording.ts'
import { type EdfNote, maxNoteCharacters, noteText } from './annotation-slots.ts'
import type { EdfGroup, EdfMember } from './edf-groups.ts'
import type { RecordPlan } from './record-plan.ts'

/** @param start seconds from the start in the header to the start of the group */
export function edfNotes(
  group: EdfGroup,
  plan: RecordPlan,
  markers: readonly RecordedMarker[],
  start: number,
): EdfNote[] {
  const notes: EdfNote[] = markers.map(({ time, durationSeconds, label }) => ({
    onset: start + group.secondsAt(time),
    durationSeconds,
    text: noteText(label),
  }))
  const fillings = group.members.flatMap((member) => {
    const { name, id } = member.stream.info
    const own = [...gapNotes(member, start), ...paddingNotes(group, plan, member, start)]
    return own.map((note) => ({ note, whose: name || id }))
  })
  const alike = Map.groupBy(fillings, ({ note }) => JSON.stringify(note))
  for (const same of alike.values()) {
    const { note } = same[0]!
    const whose = same.map((each) => each.whose).join(', ')
    const isOfAll = same.length === group.members.length
    notes.push(isOfAll ? note : { ...note, text: noteText(`${note.text} (${whose})`) })
  }
  return notes
}

function gapNotes(member: EdfMember, start: number): EdfNote[] {
  const { info, recorded, runs } = member.stream
  const first = runs[0]!.firstSample
  return recorded.gaps
    .filter((gap) => gap.atSample >= first)
    .map(({ atSample, lostSamples, exact, reason }) => ({
      onset: start + (atSample - first + member.position) / info.nominalRateHz,
      durationSeconds: lostSamples / info.nominalRateHz,
      text: gapText(lostSamples, exact, reason),
    }))
}

/** What is held before the first sample and after the last. */
function paddingNotes(
  group: EdfGroup,
  plan: RecordPlan,
  { stream, samplesPerTick, position }: EdfMember,
  start: number,
): EdfNote[] {
  const rate = stream.info.nominalRateHz
  const first = stream.runs[0]!
  const last = stream.runs.at(-1)!
  const end = position + last.firstSample + last.frames - first.firstSample
  const lastSegment = plan.segments.at(-1)!
  const endTick = lastSegment.firstTick + lastSegment.records * plan.ticksPerRecord
  const pieces = [
    [plan.segments[0]!.firstTick * samplesPerTick, position],
    [end, endTick * samplesPerTick],
  ] as const
  // Of a stream that shares the file and ends long before the others, this may be hours.
  return pieces
    .filter(([from, to]) => to > from)
    .map(([from, to]) => ({
      onset: start + from / rate,
      durationSeconds: Math.min((to - from) / rate, endTick * group.tickSeconds),
      text: 'BAD_padding',
    }))
}

export function noteLosses(markers: readonly RecordedMarker[], losses: LossTable): void {
  const changed = markers.filter(({ label }) => noteText(label) !== label)
  losses.add({
    kind: 'markers',
    subject: 'markers',
    count: changed.length,
    detail:
      'labels without line breaks, control characters and spaces at their ends, ' +
      `at most ${maxNoteCharacters} characters, "marker" for an empty one`,
  })
  losses.add({
    kind: 'markers',
    subject: 'markers',
    count: markers.filter(({ source, value }) => source !== undefined || value !== undefined)
      .length,
    detail: 'source and value of a marker have no place; its label, time and duration do',
  })
}
