/** Markers and gaps as the rows of a Parquet file. */
import type { SchemaElement } from 'hyparquet'
import type { ExportJob } from '../export/export-job.ts'
import { newParquetWriter, SinkWriter } from './sink-writer.ts'

export const eventsKey = 'synapsestream_events'

/** In the order of the file; what is optional is null where it does not apply. */
export const eventColumns = [
  { name: 'onset', type: 'DOUBLE', isOptional: false },
  { name: 'duration', type: 'DOUBLE', isOptional: false },
  { name: 'type', type: 'STRING', isOptional: false },
  { name: 'value', type: 'DOUBLE', isOptional: true },
  { name: 'source', type: 'STRING', isOptional: true },
  { name: 'latency', type: 'DOUBLE', isOptional: true },
  { name: 'stream', type: 'STRING', isOptional: true },
  { name: 'lost_samples', type: 'INT64', isOptional: true },
  { name: 'exact', type: 'INT32', isOptional: true },
  { name: 'reason', type: 'STRING', isOptional: true },
  { name: 'at_sample', type: 'INT64', isOptional: true },
] as const

export type EventColumn = (typeof eventColumns)[number]['name']
type EventValue = number | bigint | string | null
type EventRow = Readonly<Record<EventColumn, EventValue>>

const schema: SchemaElement[] = [
  { name: 'schema', num_children: eventColumns.length },
  ...eventColumns.map(
    ({ name, type, isOptional }): SchemaElement => ({
      name,
      repetition_type: isOptional ? 'OPTIONAL' : 'REQUIRED',
      ...(type === 'STRING' ? { type: 'BYTE_ARRAY', converted_type: 'UTF8' } : { type }),
    }),
  ),
]

/** Rows that are made into columns at a time. */
const rowsAtOnce = 1 << 14

export function writeEvents(job: ExportJob, path: string, startedAt: string | null): void {
  const description = JSON.stringify({ version: 1, startedAt })
  const writer = newParquetWriter(new SinkWriter(job.outputs.create(path)), schema, [
    [eventsKey, description],
  ])
  const rows = eventRows(job)
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const part = rows.slice(from, from + rowsAtOnce)
    writer.write({
      rowGroupSize: rowsAtOnce,
      columnData: eventColumns.map(({ name }) => ({
        name,
        data: part.map((row) => row[name]),
        encoding: 'PLAIN',
        offsetIndex: false,
      })),
    })
  }
  writer.finish()
}

function eventRows({ markers, streams }: ExportJob): EventRow[] {
  const times = streams[0]?.times
  const latency = (time: number) => {
    const index = times?.indexAt(time) ?? Number.NaN
    return Number.isFinite(index) ? index : null
  }
  const rows = markers.map(
    ({ time, durationSeconds, label, value, source }): EventRow => ({
      onset: time,
      duration: durationSeconds,
      type: label.toWellFormed(),
      value: value ?? null,
      source: source?.toWellFormed() ?? null,
      latency: latency(time),
      stream: null,
      lost_samples: null,
      exact: null,
      reason: null,
      at_sample: null,
    }),
  )
  for (const { info, recorded } of streams) {
    for (const { atSample, lostSamples, exact, reason, startTime } of recorded.gaps) {
      const rate = info.nominalRateHz
      rows.push({
        onset: startTime,
        duration: rate > 0 ? lostSamples / rate : 0,
        type: 'gap',
        value: null,
        source: null,
        latency: latency(startTime),
        stream: info.id,
        lost_samples: BigInt(lostSamples),
        exact: exact ? 1 : 0,
        reason,
        at_sample: BigInt(atSample),
      })
    }
  }
  return rows.sort((a, b) => Number(a.onset) - Number(b.onset))
}
