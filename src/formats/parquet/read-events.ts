/** The file of events: markers, and what is missing in which stream. */
import { type GapReason, gapReasons } from '../../signal/index.ts'
import type { ProblemLog } from '../problems.ts'
import type { RecordedGap, RecordedMarker } from '../recording.ts'
import type { ParquetFile } from './parquet-file.ts'
import type { LooseValues } from './read-pages.ts'
import { type EventColumn, eventColumns } from './write-events.ts'

export interface ReadEvents {
  readonly markers: readonly RecordedMarker[]
  /** By the id of the stream. */
  readonly gaps: ReadonlyMap<string, readonly RecordedGap[]>
}

const mostEvents = 1_000_000

/** @throws SynapseError file-damaged, io-failed */
export async function readEvents(file: ParquetFile, problems: ProblemLog): Promise<ReadEvents> {
  const markers: RecordedMarker[] = []
  const gaps = new Map<string, RecordedGap[]>()
  let events = 0
  for (const group of file.groups) {
    events += group.rows
    if (events > mostEvents) {
      problems.note('too-many', `more than ${mostEvents} events`, 'events')
      break
    }
    const columns = new Map<EventColumn, LooseValues>()
    for (const { name } of eventColumns) columns.set(name, await file.values(group, name))
    for (let row = 0; row < group.rows; row++) {
      const value = (name: EventColumn) => columns.get(name)![row] ?? null
      const lost = value('lost_samples')
      if (lost === null) markers.push(markerOf(value))
      else {
        const stream = String(value('stream'))
        const known = gaps.get(stream) ?? []
        gaps.set(stream, known)
        known.push(gapOf(value, Number(lost)))
      }
    }
  }
  return { markers, gaps }
}

type RowValue = (name: EventColumn) => number | string | null

function markerOf(value: RowValue): RecordedMarker {
  const number = value('value')
  const source = value('source')
  return {
    time: Number(value('onset')),
    label: String(value('type') ?? ''),
    durationSeconds: Number(value('duration')),
    ...(source === null ? {} : { source: String(source) }),
    ...(number === null ? {} : { value: Number(number) }),
  }
}

function gapOf(value: RowValue, lostSamples: number): RecordedGap {
  const reason = gapReasons.find((each) => each === value('reason')) ?? ('lost' as GapReason)
  return {
    atSample: Number(value('at_sample')),
    lostSamples,
    exact: value('exact') === 1,
    reason,
    startTime: Number(value('onset')),
  }
}
