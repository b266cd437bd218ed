/** Writes regular streams as BrainVision recordings: header, markers and data, three files each. */
import type { Chunk } from '../../signal/index.ts'
import { SynapseError } from '../../signal/index.ts'
import {
  type ExportJob,
  type ExportWriter,
  gapText,
  pathsOf,
  wallClock,
  withEnding,
} from '../export/export-job.ts'
import { factLosses, rateLosses } from '../export/fact-losses.ts'
import type { SinkBuffer } from '../export/sink-buffer.ts'
import type { SurveyedStream } from '../export/survey.ts'
import { brainVisionLosses } from './brainvision-losses.ts'
import { type BrainVisionMarker, headerText, markersText, segmentDate } from './header-text.ts'
import { type FileSegment, fileSegments, isFilled, positionOf } from './sample-positions.ts'
import { type StoredValues, storedValues } from './stored-values.ts'

/** @throws SynapseError bad-option without any regular stream; as the outputs */
export function openBrainVisionWriter(job: ExportJob): ExportWriter {
  const streams = job.streams.filter((stream) => isWritable(stream, job))
  if (streams.length === 0) {
    throw new SynapseError('bad-option', 'exporting: no stream with a fixed rate has samples', {
      remedy: 'Choose XDF or CSV, which hold events and irregular streams, too.',
    })
  }
  factLosses(job, streams, [])
  const paths = pathsOf(
    withEnding(job.path, '.vhdr'),
    streams.map(({ info }) => info.name || info.id),
  )
  const files = new Map(
    streams.map((stream, i) => [stream.info.id, new DataFile(job, stream, paths[i]!)]),
  )
  return {
    take: (item) => {
      if (item.kind === 'chunk') files.get(item.stream)?.take(item.chunk)
    },
    finish: () => {
      for (const file of files.values()) file.finish()
    },
  }
}

function isWritable({ info, samples }: SurveyedStream, { losses }: ExportJob): boolean {
  if (info.nominalRateHz > 0 && samples > 0 && info.channels.length > 0) return true
  const why = info.nominalRateHz > 0 ? 'has no samples' : 'has no fixed rate; XDF and CSV keep it'
  losses.add({ kind: 'left-out', subject: info.name || info.id, count: 1, detail: why })
  return false
}

class DataFile {
  readonly #job: ExportJob
  readonly #stream: SurveyedStream
  readonly #values: StoredValues
  readonly #segments: readonly FileSegment[]
  readonly #out: SinkBuffer
  readonly #frame: Float32Array | Int16Array
  readonly #frameBytes: Uint8Array
  /** Per channel, in its unit. */
  readonly #maxError: Float64Array
  #next: number
  #filled = 0

  constructor(job: ExportJob, stream: SurveyedStream, path: string) {
    const { info, runs } = stream
    const { length } = info.channels
    this.#job = job
    this.#stream = stream
    this.#values = storedValues(stream)
    this.#segments = fileSegments(stream)
    this.#next = runs[0]!.firstSample
    const isInt16 = this.#values.format === 'INT_16'
    this.#frame = isInt16 ? new Int16Array(length) : new Float32Array(length)
    this.#frameBytes = new Uint8Array(this.#frame.buffer)
    this.#maxError = new Float64Array(length)
    const names = [withEnding(path, '.eeg'), withEnding(path, '.vmrk')] as const
    const [data, markers] = names.map(baseName) as [string, string]
    const header = headerText({ data, markers }, info.channels, this.#values, info.nominalRateHz)
    job.outputs.create(path).text(header)
    job.outputs.create(names[1]).text(markersText(data, this.#markers()))
    this.#out = job.outputs.create(names[0])
  }

  #markers(): BrainVisionMarker[] {
    const { info, recorded, times } = this.#stream
    const rate = info.nominalRateHz
    const samplesOf = (seconds: number) => Math.max(1, Math.round(seconds * rate))
    const segments = this.#segments.map(({ position, firstTime }) => {
      const clock = wallClock(this.#job, firstTime)
      const date = clock === null ? {} : { date: segmentDate(clock) }
      return { type: 'New Segment', text: '', position, samples: 1, ...date }
    })
    const markers = this.#job.markers.map(({ time, label, durationSeconds }) => ({
      type: markerType(label),
      text: label,
      position: positionOf(this.#segments, times.indexAt(time)),
      samples: samplesOf(durationSeconds),
    }))
    const gaps = recorded.gaps
      .filter(({ lostSamples }) => isFilled(lostSamples, rate))
      .map(({ atSample, lostSamples, exact, reason }) => ({
        type: 'Bad Interval',
        text: gapText(lostSamples, exact, reason),
        position: positionOf(this.#segments, atSample),
        samples: lostSamples,
      }))
    // Segments come first among equals: sorting keeps the order.
    return [...segments, ...gaps, ...markers].sort((a, b) => a.position - b.position)
  }

  take(chunk: Chunk): void {
    const lost = chunk.firstSample - this.#next
    if (lost > 0 && isFilled(lost, this.#stream.info.nominalRateHz)) {
      this.#filled += lost
      for (let i = 0; i < lost; i++) this.#out.bytes(this.#frameBytes)
    }
    const { channels } = this.#stream.info
    for (let i = 0; i < chunk.frames; i++) {
      const from = i * chunk.stride
      for (let c = 0; c < channels.length; c++) {
        const { scale, offset, resolution } = this.#values.channels[c]!
        const raw = chunk.data[from + c]!
        this.#frame[c] = raw * scale + offset
        const physical = raw * channels[c]!.scale + channels[c]!.offset
        const error = Math.abs(this.#frame[c]! * resolution - physical)
        if (error > this.#maxError[c]!) this.#maxError[c] = error
      }
      this.#out.bytes(this.#frameBytes)
    }
    this.#next = chunk.firstSample + chunk.frames
  }

  finish(): void {
    rateLosses(this.#job, this.#stream, this.#stream.info.nominalRateHz)
    brainVisionLosses(this.#job, this.#stream, {
      maxError: this.#maxError,
      filled: this.#filled,
      joined: this.#segments.length - 1,
    })
  }
}

/** Triggers as the recorders of the format name them; everything else is a comment. */
function markerType(label: string): string {
  if (/^S *\d+$/.test(label)) return 'Stimulus'
  return /^R *\d+$/.test(label) ? 'Response' : 'Comment'
}

function baseName(path: string): string {
  return path.replace(/^.*[/\\]/s, '')
}
