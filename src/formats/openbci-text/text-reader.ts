/**
 * Opens a text file of the OpenBCI GUI or of BrainFlow. Time begins with the first row; the wall
 * clock of that row is `startedAt`.
 */
import { SynapseError, sumLedgers } from '../../signal/index.ts'
import type { ByteSource } from '../io.ts'
import { ProblemLog } from '../problems.ts'
import {
  effectiveRate,
  ledgerOf,
  type RecordedMarker,
  type RecordedStream,
  type Recording,
} from '../recording.ts'
import type { Timeline } from '../timeline.ts'
import {
  brainflowLayout,
  type ColumnGroup,
  looksLikeBrainflow,
  looksLikeOpenBci,
  openBciLayout,
  type TextLayout,
} from './layout.ts'
import { rowItems } from './row-items.ts'
import { RowTimeline } from './row-timeline.ts'
import { type Row, rowBatches } from './rows.ts'
import { findCounter, type SampleCounter } from './sample-counter.ts'

export function looksLikeText(lines: readonly string[]): boolean {
  return looksLikeOpenBci(lines) || looksLikeBrainflow(lines)
}

/**
 * @param lines the first ones of the file, which `looksLikeText` has seen
 * @throws SynapseError file-damaged when there is no sample in it
 */
export async function openText(
  source: ByteSource,
  name: string,
  lines: readonly string[],
): Promise<Recording> {
  const problems = new ProblemLog()
  const described = looksLikeOpenBci(lines)
    ? openBciLayout(lines, problems)
    : brainflowLayout(lines, problems)
  const probe = await firstRows(source, name, described)
  const first = probe[0]
  if (!first || described.groups.length === 0) {
    throw new SynapseError('file-damaged', `reading ${name}: there is no sample in it`)
  }
  const counter = findCounter(probe.map((row) => row.index))
  if (!counter) problems.note('unknown-layout', 'the sample index counts in no way that we know')
  const layout = withRate(described, probe, problems)
  const firstStamp = Number.isNaN(first.stamp) ? 0 : first.stamp
  const rows = await readRows(source, name, layout, counter, firstStamp, problems)
  const { timeline, markers } = rows
  const origin = firstStamp + rows.originSeconds
  const streams = layout.groups.map((group) => recordedStream(group, layout, timeline))
  return {
    format: layout.format,
    startedAt: layout.timestamp >= 0 ? new Date(origin * 1000) : null,
    streams,
    markers,
    ledger: sumLedgers(streams.map(ledgerOf)),
    problems: problems.list(),
    read: () => rowItems(source, name, layout, timeline, origin),
    close: () => source.close(),
  }
}

/** Enough to see how the board counts, and how fast. */
const probeRows = 4096

async function firstRows(source: ByteSource, name: string, layout: TextLayout): Promise<Row[]> {
  const probe: Row[] = []
  for await (const rows of rowBatches(source, name, layout, null)) {
    probe.push(...rows.slice(0, probeRows - probe.length))
    if (probe.length >= probeRows) break
  }
  return probe
}

const usualRatesHz = [125, 200, 250, 256, 500, 512, 1000, 1600, 2000]
const rateTolerance = 0.05

/** BrainFlow does not write the rate; it is measured, and rounded to one that boards have. */
function withRate(layout: TextLayout, probe: readonly Row[], problems: ProblemLog): TextLayout {
  if (layout.nominalRateHz > 0) return layout
  const seconds = probe.at(-1)!.stamp - probe[0]!.stamp
  const measured = seconds > 0 ? (probe.length - 1) / seconds : 250
  const usual = usualRatesHz.find((rate) => Math.abs(measured / rate - 1) < rateTolerance)
  const nominalRateHz = usual ?? measured
  problems.note('rate-inferred', `${nominalRateHz} Hz, from ${probe.length} time stamps`)
  return { ...layout, nominalRateHz }
}

const maxMarkers = 1_000_000

async function readRows(
  source: ByteSource,
  name: string,
  layout: TextLayout,
  counter: SampleCounter | undefined,
  firstStamp: number,
  problems: ProblemLog,
): Promise<{ timeline: Timeline; markers: RecordedMarker[]; originSeconds: number }> {
  const timeline = new RowTimeline(counter, layout.nominalRateHz, problems)
  const marks: { row: number; value: number }[] = []
  let rowNumber = 0
  for await (const rows of rowBatches(source, name, layout, problems)) {
    for (const row of rows) {
      timeline.add(row.index, row.stamp - firstStamp)
      const value = layout.marker < 0 ? 0 : Number(row.fields[layout.marker])
      if (value !== 0 && Number.isFinite(value)) {
        if (marks.length < maxMarkers) marks.push({ row: rowNumber, value })
        else problems.note('too-many', `more than ${maxMarkers} markers`, 'markers')
      }
      rowNumber += 1
    }
  }
  const finished = timeline.finish()
  const { originSeconds } = timeline
  return { timeline: finished, markers: markersAt(marks, finished), originSeconds }
}

function markersAt(
  marks: readonly { readonly row: number; readonly value: number }[],
  timeline: Timeline,
): RecordedMarker[] {
  const stretches = timeline.stretches.values()
  let stretch = stretches.next().value
  return marks.map(({ row, value }) => {
    while (stretch && row >= stretch.firstRow + stretch.rows) stretch = stretches.next().value
    const { startTime, stepSeconds } = stretch!.line!
    const time = startTime + (row - stretch!.firstRow) * stepSeconds
    return { time, label: String(value), durationSeconds: 0, value }
  })
}

function recordedStream(
  group: ColumnGroup,
  layout: TextLayout,
  timeline: Timeline,
): RecordedStream {
  const { nominalRateHz, origin } = layout
  const { samples, expected, firstTime, lastTime, stretches } = timeline
  return {
    info: {
      id: group.id,
      name: group.name,
      type: group.type,
      sampleFormat: 'float64',
      nominalRateHz,
      channels: group.channels,
      origin,
    },
    effectiveRateHz: effectiveRate(nominalRateHz, expected, firstTime, lastTime),
    samples,
    firstTime,
    lastTime,
    gaps: stretches.flatMap((stretch) => stretch.gaps),
  }
}
