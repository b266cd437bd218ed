/**
 * A recording in another format, in two passes that never hold more than a few chunks of it: what
 * the header has to say, then the samples. The answer says what the format could not keep.
 */
import { SynapseError } from '../../signal/index.ts'
import { openBrainVisionWriter } from '../brainvision/brainvision-writer.ts'
import { openCsvWriter } from '../csv/csv-writer.ts'
import { openEdfWriter } from '../edf/edf-writer.ts'
import { openParquetWriter } from '../parquet/parquet-writer.ts'
import type { RecordedStream, Recording } from '../recording.ts'
import { openXdfCopy } from '../xdf/copy-to-xdf.ts'
import type { ExportJob, ExportWriter } from './export-job.ts'
import { type ExportLoss, LossTable } from './losses.ts'
import { withMendedTimes } from './mended-times.ts'
import { OutputFiles, type OutputFolder, type WrittenFile } from './output-files.ts'
import { type SurveyedStream, surveyRecording } from './survey.ts'

const openers = {
  xdf: openXdfCopy,
  edf: (job: ExportJob) => openEdfWriter(job, { kind: 'edf', continuous: false }),
  'edf+c': (job: ExportJob) => openEdfWriter(job, { kind: 'edf', continuous: true }),
  bdf: (job: ExportJob) => openEdfWriter(job, { kind: 'bdf', continuous: false }),
  'bdf+c': (job: ExportJob) => openEdfWriter(job, { kind: 'bdf', continuous: true }),
  brainvision: openBrainVisionWriter,
  parquet: openParquetWriter,
  csv: openCsvWriter,
} as const satisfies Record<string, (job: ExportJob) => ExportWriter>

export type ExportFormat = keyof typeof openers
export const exportFormats = Object.keys(openers) as ExportFormat[]

export interface ExportResult {
  readonly format: ExportFormat
  readonly files: readonly WrittenFile[]
  readonly samples: number
  readonly markers: number
  /** What is not in the files as it was; empty when everything is. */
  readonly losses: readonly ExportLoss[]
  /** Which format would have kept more; empty when nothing touched the samples. */
  readonly advice: string
}

export interface ExportOptions {
  readonly format: ExportFormat
  /** Of the first file; with several streams others are made beside it. */
  readonly path: string
  /** Ids or names; all streams without it. */
  readonly streams?: readonly string[]
}

/**
 * @throws SynapseError bad-option (no such stream, or none that the format can hold), file-exists,
 * disk-full, io-failed …: the files begun are removed then, or named where that fails
 */
export async function exportRecording(
  recording: Recording,
  { format, path, streams: names }: ExportOptions,
  folder: OutputFolder,
): Promise<ExportResult> {
  for (const name of names ?? []) refuseUnknown(recording, name)
  const isWanted = ({ info }: RecordedStream) =>
    !names || names.includes(info.id) || names.includes(info.name)
  const { recording: orderly, counts } = withMendedTimes(recording)
  const streams = await surveyRecording(orderly, isWanted)
  const { markers } = recording
  if (streams.every(({ samples }) => samples === 0) && markers.length === 0) {
    throw new SynapseError('file-damaged', 'exporting: there is no sample and no marker to write')
  }
  const losses = new LossTable()
  const outputs = new OutputFiles(folder)
  try {
    for (const fact of recording.unread ?? []) {
      losses.add({ kind: 'metadata', subject: 'header', ...fact })
    }
    noteTexts(recording, losses)
    if (!keepsSettings.has(format)) noteSettings(recording, losses)
    const writer = openers[format]({
      recording: orderly,
      streams,
      markers,
      losses,
      outputs,
      path,
    })
    const written = await copyAll(orderly, writer, streams)
    noteMended(streams, counts, losses)
    await writer.finish()
    const files = await outputs.finish()
    const list = losses.list()
    return {
      format,
      files,
      samples: written,
      markers: markers.length,
      losses: list,
      advice: adviceOn(format, list),
    }
  } catch (cause) {
    throw await outputs.abandon(cause)
  }
}

function refuseUnknown(recording: Recording, name: string): void {
  if (recording.streams.some(({ info }) => info.id === name || info.name === name)) return
  const known = recording.streams.map(({ info }) => info.id).join(', ')
  throw new SynapseError('bad-option', `exporting: there is no stream "${name}"`, {
    remedy: `The recording has: ${known}.`,
  })
}

/** @throws SynapseError io-failed when the second pass finds less than the first one */
async function copyAll(
  recording: Recording,
  writer: ExportWriter,
  streams: readonly SurveyedStream[],
): Promise<number> {
  const wanted = new Set(streams.map(({ info }) => info.id))
  let written = 0
  for await (const item of recording.read()) {
    writer.take(item)
    if (item.kind === 'chunk' && wanted.has(item.stream)) written += item.chunk.frames
  }
  const found = streams.reduce((sum, { samples }) => sum + samples, 0)
  if (written === found) return written
  const detail = `${found} samples were found, and ${written} the second time`
  throw new SynapseError('io-failed', `exporting: ${detail}; the file has changed meanwhile`)
}

/** Texts are markers for every reader of ours, and are written as such; those of markers are. */
function noteTexts(recording: Recording, losses: LossTable): void {
  for (const { info, samples } of recording.streams) {
    if (info.sampleFormat !== 'json' || info.type === 'Markers') continue
    const detail = 'the texts of this stream are written as markers'
    losses.add({ kind: 'left-out', subject: info.name || info.id, count: samples, detail })
  }
}

function noteMended(
  streams: readonly SurveyedStream[],
  counts: ReadonlyMap<string, number>,
  losses: LossTable,
): void {
  const detail = 'stamps that go backwards or leap are put between those beside them'
  for (const { info } of streams) {
    const count = counts.get(info.id) ?? 0
    losses.add({ kind: 'times', subject: info.name || info.id, count, detail })
  }
}

const keepsSettings: ReadonlySet<ExportFormat> = new Set(['xdf', 'parquet'])

function noteSettings({ settings = [] }: Recording, losses: LossTable): void {
  const detail = 'what the devices were set to, and when'
  losses.add({ kind: 'metadata', subject: 'settings', count: settings.length, detail })
}

const touchesSamples = new Set(['rounding', 'clipped', 'not-finite', 'gaps-filled', 'gaps-joined'])

function adviceOn(format: ExportFormat, losses: readonly ExportLoss[]): string {
  const isTouched = losses.some(({ kind }) => touchesSamples.has(kind))
  if (!isTouched && !losses.some(({ kind }) => kind === 'left-out')) return ''
  const isRounded = losses.some(({ kind }) => kind === 'rounding' || kind === 'clipped')
  if (format.startsWith('edf') && isRounded) {
    return 'BDF+ has 24 bits and keeps what a 24-bit board gives; XDF keeps everything.'
  }
  return 'XDF and Parquet keep everything; CSV keeps every value, index and gap.'
}
