/**
 * Writes streams as comma-separated text (RFC 4180, UTF-8), one file each: sample index, time and
 * physical values with every digit that a float64 has. Markers and gaps stand in files beside.
 */
import type { Chunk, StreamInfo } from '../../signal/index.ts'
import { besidePath, type ExportJob, type ExportWriter, pathsOf } from '../export/export-job.ts'
import { factLosses } from '../export/fact-losses.ts'
import type { SinkBuffer } from '../export/sink-buffer.ts'
import type { SurveyedStream } from '../export/survey.ts'

export function openCsvWriter(job: ExportJob): ExportWriter {
  const names = job.streams.map(({ info }) => info.name || info.id)
  const paths = pathsOf(job.path, names)
  const files = new Map<string, CsvFile>()
  for (const [i, stream] of job.streams.entries()) {
    files.set(stream.info.id, new CsvFile(stream, job.outputs.create(paths[i]!)))
  }
  writeMarkers(job)
  writeGaps(job)
  const kept = ['stream name and id', 'sample numbers', 'device clock', 'packet counter'] as const
  factLosses(job, job.streams, [...kept, 'arrival times'])
  return {
    take: (item) => {
      if (item.kind === 'chunk') files.get(item.stream)?.take(item.chunk)
    },
    finish: () => {},
  }
}

class CsvFile {
  readonly #out: SinkBuffer
  readonly #stream: SurveyedStream

  constructor(stream: SurveyedStream, out: SinkBuffer) {
    this.#stream = stream
    this.#out = out
    const { deviceTime, sequence, hostTime } = stream.columns
    out.text(
      row([
        'sample_index',
        'time [s]',
        ...(hostTime ? ['host_time [s]'] : []),
        ...(deviceTime ? ['device_time [s]'] : []),
        ...(sequence ? ['sequence'] : []),
        ...columnNames(stream.info),
      ]),
    )
  }

  take(chunk: Chunk): void {
    const { columns, info } = this.#stream
    const { channels } = info
    const lines: string[] = []
    for (let i = 0; i < chunk.frames; i++) {
      let line = `${chunk.firstSample + i},${chunk.time[i]}`
      if (columns.hostTime) line += `,${chunk.hostTime[i]}`
      if (columns.deviceTime) line += `,${chunk.deviceTime?.[i] ?? ''}`
      if (columns.sequence) line += `,${chunk.sequence?.[i] ?? ''}`
      for (let c = 0; c < channels.length; c++) {
        const { scale, offset } = channels[c]!
        line += `,${chunk.data[i * chunk.stride + c]! * scale + offset}`
      }
      lines.push(line)
      if (lines.length === linesAtOnce) this.#out.text(`${lines.splice(0).join('\r\n')}\r\n`)
    }
    if (lines.length > 0) this.#out.text(`${lines.join('\r\n')}\r\n`)
  }
}

/** Wide rows must not gather to a text as long as a string may be. */
const linesAtOnce = 256

function columnNames({ channels }: StreamInfo): string[] {
  return channels.map(({ label, unit }) => (unit === '1' ? label : `${label} [${unit}]`))
}

function writeMarkers({ markers, outputs, path }: ExportJob): void {
  if (markers.length === 0) return
  const out = outputs.create(besidePath(path, 'markers', '.csv'))
  out.text(row(['time [s]', 'duration [s]', 'label', 'value', 'source']))
  for (const { time, durationSeconds, label, value, source } of markers) {
    out.text(row([String(time), String(durationSeconds), label, String(value ?? ''), source ?? '']))
  }
}

function writeGaps({ streams, outputs, path }: ExportJob): void {
  if (streams.every(({ recorded }) => recorded.gaps.length === 0)) return
  const out = outputs.create(besidePath(path, 'gaps', '.csv'))
  out.text(row(['stream', 'at_sample', 'lost_samples', 'exact', 'reason', 'time [s]']))
  for (const { info, recorded } of streams) {
    for (const { atSample, lostSamples, exact, reason, startTime } of recorded.gaps) {
      const numbers = [atSample, lostSamples, exact].map(String)
      out.text(row([info.name || info.id, ...numbers, reason, String(startTime)]))
    }
  }
}

function row(fields: readonly string[]): string {
  const quoted = fields.map((field) =>
    /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field,
  )
  return `${quoted.join(',')}\r\n`
}
