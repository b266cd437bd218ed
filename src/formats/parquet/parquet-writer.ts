/**
 * Writes streams as Parquet, one file each, with raw values, every time and index, and a file of
 * events beside them. `LAYOUT.md` has the columns. Holds one row group of each stream.
 */
import type { ParquetWriter } from 'hyparquet-writer'
import { bytesPerSample, type Chunk, type Gap, type NumericFormat } from '../../signal/index.ts'
import {
  besidePath,
  type ExportJob,
  type ExportWriter,
  firstTimeOf,
  pathsOf,
  wallClock,
} from '../export/export-job.ts'
import type { SurveyedStream } from '../export/survey.ts'
import { columnNames, RowGroup, streamSchema } from './columns.ts'
import { descriptionText, type FileDescription, metadataKey } from './description.ts'
import { newParquetWriter, SinkWriter } from './sink-writer.ts'
import { writeEvents } from './write-events.ts'
import { writeNumberGroup } from './write-group.ts'

/** @throws SynapseError as the outputs */
export function openParquetWriter(job: ExportJob): ExportWriter {
  const { streams } = job
  const settings = [...(job.recording.settings ?? [])]
  const paths = pathsOf(
    job.path,
    streams.map(({ info }) => info.name || info.id),
  )
  const hasGaps = streams.some(({ recorded }) => recorded.gaps.length > 0)
  const events =
    job.markers.length > 0 || hasGaps ? besidePath(job.path, 'events', '.parquet') : null
  const began = wallClock(job, firstTimeOf(streams))
  const shared = {
    version: 1,
    startedAt: began === null ? null : new Date(began).toISOString(),
    streams: paths.map(baseName),
    events: events && baseName(events),
    ...(settings.length > 0 ? { settings } : {}),
  } as const
  const files = new Map(
    streams.map((stream, i) => [stream.info.id, new StreamFile(job, stream, paths[i]!, shared)]),
  )
  if (events) writeEvents(job, events, shared.startedAt)
  return {
    take: (item) => {
      const file = files.get(item.stream)
      if (item.kind === 'chunk') file?.take(item.chunk)
      else file?.gap(item.gap)
    },
    finish: () => {
      for (const file of files.values()) file.finish()
    },
  }
}

function baseName(path: string): string {
  return path.replace(/^.*[/\\]/s, '')
}

/** Long columns pack better and faster; all streams together hold no more than `all` bytes. */
const groupBytes = { fewest: 1 << 22, most: 1 << 24, all: 1 << 26 } as const
export const mostGroupRows = 1 << 17

function groupRows({ info, samples }: SurveyedStream, streams: number): number {
  const { fewest, most, all } = groupBytes
  const bytes = Math.max(fewest, Math.min(most, all / streams))
  const width = bytesPerSample(info.sampleFormat as NumericFormat)
  const rows = Math.floor(bytes / (48 + width * info.channels.length))
  return Math.max(1, Math.min(rows, mostGroupRows, samples))
}

class StreamFile {
  readonly #sink: SinkWriter
  readonly #writer: ParquetWriter
  readonly #rows: RowGroup
  #next: number | undefined
  #isEstimate = false

  constructor(
    job: ExportJob,
    stream: SurveyedStream,
    path: string,
    shared: Omit<FileDescription, 'info' | 'columns' | 'effectiveRateHz'>,
  ) {
    const { info, recorded } = stream
    const names = columnNames(info.channels.map(({ label }) => label))
    const description = descriptionText({
      ...shared,
      effectiveRateHz: recorded.effectiveRateHz,
      info: { ...info, sampleFormat: info.sampleFormat as NumericFormat },
      columns: names,
    })
    const schema = streamSchema(stream, names)
    this.#sink = new SinkWriter(job.outputs.create(path))
    this.#writer = newParquetWriter(this.#sink, schema, [[metadataKey, description]])
    this.#rows = new RowGroup(stream, names, groupRows(stream, job.streams.length))
  }

  take(chunk: Chunk): void {
    let lost = this.#next === undefined ? 0 : chunk.firstSample - this.#next
    for (let from = 0; from < chunk.frames; ) {
      from += this.#rows.add(chunk, from, lost, this.#isEstimate)
      lost = 0
      this.#isEstimate = false
      if (this.#rows.rows === this.#rows.capacity) this.#flush()
    }
    this.#next = chunk.firstSample + chunk.frames
  }

  gap({ exact }: Gap): void {
    if (!exact) this.#isEstimate = true
  }

  #flush(): void {
    const { rows } = this.#rows
    if (rows === 0) return
    writeNumberGroup(this.#writer, this.#sink, this.#rows.columnData(), rows)
    this.#rows.rows = 0
  }

  finish(): void {
    this.#flush()
    this.#writer.finish()
  }
}
