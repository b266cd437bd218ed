/**
 * Adds a recording to a BIDS data set: its EEG as BDF+, EDF+ or BrainVision with every sidecar, and
 * the whole of it as XDF under sourcedata/. Nothing that is there is overwritten; after a failure
 * no file of the recording is left.
 */
import { SynapseError } from '../../signal/index.ts'
import { fileSegments, positionOf } from '../brainvision/sample-positions.ts'
import type { DatasetFolder } from '../dataset-folder.ts'
import { exportRecording } from '../export/export.ts'
import { gapText } from '../export/export-job.ts'
import type { ExportLoss } from '../export/losses.ts'
import { withMendedTimes } from '../export/mended-times.ts'
import { OutputFiles, type WrittenFile } from '../export/output-files.ts'
import { type SurveyedStream, surveyRecording } from '../export/survey.ts'
import type { ByteSource } from '../io.ts'
import { openRecording } from '../open.ts'
import type { RecordedStream, Recording } from '../recording.ts'
import { addToTables, checkDataset, type DatasetFacts, writeDatasetFiles } from './dataset-files.ts'
import { recordedImpedances } from './impedances.ts'
import { type BidsEntities, BidsNames, checkEntities } from './names.ts'
import {
  type BidsEvent,
  bidsEvent,
  channelsTable,
  coordsystemJson,
  eegJson,
  electrodesTable,
  eventsJson,
  eventsTable,
  type RecordingFacts,
} from './sidecars.ts'

const formats = {
  bdf: { format: 'bdf+c', ending: 'bdf' },
  edf: { format: 'edf+c', ending: 'edf' },
  brainvision: { format: 'brainvision', ending: 'vhdr' },
} as const

export type BidsFormat = keyof typeof formats
export const bidsFormats = Object.keys(formats) as BidsFormat[]

export interface BidsOptions {
  readonly entities: BidsEntities
  readonly format: BidsFormat
  /** Id or name; the first stream of type EEG without it. */
  readonly stream?: string
  /** 50 or 60; null where nobody said. */
  readonly powerLineHz: number | null
  readonly dataset: DatasetFacts
  /** The file of the recording itself, if it is XDF and may stand in the data set as it is. */
  readonly original?: ByteSource
}

export interface BidsResult {
  readonly files: readonly WrittenFile[]
  readonly samples: number
  readonly markers: number
  readonly losses: readonly ExportLoss[]
}

/**
 * @throws SynapseError bad-option (a name that BIDS does not allow, no EEG), file-exists (there is
 * such a run already), file-damaged, disk-full, io-failed …
 */
export async function exportToBids(
  recording: Recording,
  options: BidsOptions,
  folder: DatasetFolder,
): Promise<BidsResult> {
  const { entities, dataset } = options
  checkEntities(entities)
  checkDataset(folder)
  const names = new BidsNames(entities)
  const stream = eegStream(recording, options.stream)
  const { ending, format } = formats[options.format]
  const path = names.file(`eeg.${ending}`)
  refuseSecond(folder, names)
  const written: string[] = []
  const watched = { ...folder, create: (each: string) => noted(folder, each, written) }
  try {
    const streams = [stream.info.id]
    const samples = await exportRecording(recording, { format, path, streams }, watched)
    const texts = await sidecarTexts(recording, stream, options, folder, path)
    const source = await writeSource(recording, options, names, watched)
    const outputs = new OutputFiles(watched)
    for (const [what, text] of Object.entries(texts)) outputs.create(names.file(what)).text(text)
    const sidecars = await outputs.finish()
    writeDatasetFiles(folder, dataset)
    const hasPlaces = 'space-CapTrak_electrodes.tsv' in texts
    const coordsystem = names.taskFile('space-CapTrak_coordsystem.json')
    if (hasPlaces && folder.readText(coordsystem) === undefined) {
      folder.replaceText(coordsystem, coordsystemJson)
    }
    const file = path.slice(names.folder.length + 1)
    const { startedAt } = recording
    addToTables(folder, names, { subject: entities.subject, file, startedAt })
    return {
      files: [...samples.files, ...sidecars, ...source],
      samples: samples.samples,
      markers: samples.markers,
      losses: [...samples.losses, ...leftOut(recording, stream)],
    }
  } catch (cause) {
    for (const each of written) removeQuietly(folder, each)
    throw cause
  }
}

function noted(folder: DatasetFolder, path: string, written: string[]) {
  const sink = folder.create(path)
  written.push(path)
  return sink
}

function removeQuietly(folder: DatasetFolder, path: string): void {
  try {
    folder.remove(path)
  } catch {
    // What failed before may have removed it already; that failure is the one to be told.
  }
}

/** @throws SynapseError file-exists */
function refuseSecond(folder: DatasetFolder, names: BidsNames): void {
  for (const { ending } of Object.values(formats)) {
    const path = names.file(`eeg.${ending}`)
    if (folder.readText(path) === undefined) continue
    throw new SynapseError('file-exists', `adding to the data set: there is ${path} already`, {
      remedy: 'Give another run or session; nothing is overwritten.',
    })
  }
}

/** @throws SynapseError bad-option */
function eegStream({ streams }: Recording, wanted: string | undefined): RecordedStream {
  const usable = streams.filter(
    ({ info, samples }) => info.sampleFormat !== 'json' && info.nominalRateHz > 0 && samples > 0,
  )
  const found =
    wanted === undefined
      ? (usable.find(({ info }) => info.type === 'EEG') ??
        usable.find(({ info }) => info.channels.some(({ type }) => type === 'EEG')))
      : usable.find(({ info }) => info.id === wanted || info.name === wanted)
  if (found) return found
  const what = wanted === undefined ? 'no stream of EEG' : `no stream "${wanted}" with a fixed rate`
  throw new SynapseError('bad-option', `adding to the data set: there is ${what}`, {
    remedy: `The recording has: ${streams.map(({ info }) => info.id).join(', ') || 'nothing'}.`,
  })
}

async function sidecarTexts(
  recording: Recording,
  { info }: RecordedStream,
  options: BidsOptions,
  folder: DatasetFolder,
  path: string,
): Promise<Record<string, string>> {
  const { recording: orderly } = withMendedTimes(recording)
  const [survey] = await surveyRecording(orderly, (each) => each.info.id === info.id)
  const { entities, powerLineHz, dataset } = options
  const file = await describeFile(folder, path)
  const facts: RecordingFacts = {
    task: entities.task,
    info,
    written: file.channels,
    durationSeconds: file.samples / info.nominalRateHz,
    hasGaps: survey!.runs.length > 1,
    powerLineHz,
    softwareVersion: dataset.softwareVersion,
  }
  const events = eventsOf(recording, survey!, options.format)
  const places = electrodesTable(facts, recordedImpedances(recording.markers))
  return {
    'eeg.json': eegJson(facts),
    'channels.tsv': channelsTable(facts),
    ...(events.length > 0 ? { 'events.tsv': eventsTable(events), 'events.json': eventsJson } : {}),
    ...(places ? { 'space-CapTrak_electrodes.tsv': places } : {}),
  }
}

/** What another program will find in the file of samples: names and units that the format has. */
async function describeFile(folder: DatasetFolder, path: string) {
  const source = await folder.open(path)
  const beside = (name: string) => folder.open(path.replace(/[^/]*$/, name))
  let recording: Recording
  try {
    recording = await openRecording(source, path, beside)
  } catch (cause) {
    await source.close()
    throw cause
  }
  const { streams } = recording
  await recording.close()
  // All its channels have one rate, and stand in one stream or follow each other in their order.
  const channels = streams.flatMap(({ info }) => info.channels)
  return { channels, samples: Math.max(...streams.map(({ samples }) => samples)) }
}

/** By the count of samples, as the file of samples is read: markers stay at their samples. */
function eventsOf({ markers }: Recording, survey: SurveyedStream, format: BidsFormat): BidsEvent[] {
  const { info, times, runs, recorded } = survey
  const rate = info.nominalRateHz
  const first = runs[0]!.firstSample
  const segments = format === 'brainvision' ? fileSegments(survey) : null
  const secondsAt = (index: number) =>
    segments ? positionOf(segments, index) / rate : (index - first) / rate
  const own = markers.map((each) => bidsEvent(each, secondsAt(times.indexAt(each.time)), rate))
  const gaps = recorded.gaps
    .filter(({ atSample }) => atSample > first && atSample < runs.at(-1)!.firstSample)
    .map(({ atSample, lostSamples, exact, reason }) => {
      const label = 'BAD_gap'
      const durationSeconds = lostSamples / rate
      const marker = { time: 0, label, durationSeconds, value: lostSamples }
      const event = bidsEvent(marker, secondsAt(atSample), rate)
      return { ...event, source: gapText(lostSamples, exact, reason) }
    })
  return [...own, ...gaps]
}

async function writeSource(
  recording: Recording,
  { original }: BidsOptions,
  names: BidsNames,
  folder: DatasetFolder,
): Promise<readonly WrittenFile[]> {
  const path = `sourcedata/${names.file('eeg.xdf')}`
  if (!original) return (await exportRecording(recording, { format: 'xdf', path }, folder)).files
  const outputs = new OutputFiles(folder)
  const sink = outputs.createSink(path)
  const step = 1 << 20
  for (let offset = 0; offset < original.size; offset += step) {
    sink.write(await original.read(offset, step))
  }
  return outputs.finish()
}

function leftOut({ streams }: Recording, chosen: RecordedStream): ExportLoss[] {
  return streams
    .filter(({ info }) => info.id !== chosen.info.id && info.sampleFormat !== 'json')
    .map(({ info, samples }) => ({
      kind: 'left-out',
      subject: info.name || info.id,
      count: samples,
      detail: 'only in the XDF under sourcedata/',
    }))
}
