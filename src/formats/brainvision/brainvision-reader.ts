/**
 * Opens a BrainVision recording by its header (.vhdr), with the files of samples and markers that
 * it names: those stand in the same folder, whatever path the header was written with.
 */
import { SynapseError } from '../../signal/index.ts'
import { contentType } from '../channel-words.ts'
import type { ByteSource, FileToOpen } from '../io.ts'
import { ProblemLog } from '../problems.ts'
import { formatOf, RawFrames, type RawLayout, storedBytes } from '../raw-frames.ts'
import type { RecordedMarker, Recording } from '../recording.ts'
import { recordingOfRuns, type SampleRun, timeOfFrame } from '../sample-runs.ts'
import { type BrainVisionHeader, readBrainVisionHeader } from './read-header.ts'
import { type FileMarker, readBrainVisionMarkers } from './read-markers.ts'

const maxHeaderBytes = 1 << 24
const magic = /^\uFEFF?Brain ?Vision/i

export function looksLikeBrainVision(start: string): boolean {
  return magic.test(start.replace(/^ï»¿/, ''))
}

/**
 * @throws SynapseError file-unreadable (a marker file, samples as text), file-damaged (a header
 * that lacks something), file-missing (the samples)
 */
export async function openBrainVision(file: FileToOpen): Promise<Recording> {
  const { source, name, text } = file
  const title = text.split(/\r\n|\n|\r/, 1)[0]!
  if (/marker file/i.test(title)) {
    throw new SynapseError('file-unreadable', `opening ${name}: these are the markers alone`, {
      remedy: 'Open the header (.vhdr) beside it.',
    })
  }
  if (source.size > maxHeaderBytes) {
    throw new SynapseError('file-damaged', `reading ${name}: a header of ${source.size} bytes`)
  }
  const problems = new ProblemLog()
  const header = readBrainVisionHeader(await source.read(0, source.size), name, problems)
  const found = await readMarkers(file, header, problems)
  const data = await file.neighbour(baseName(header.dataFile))
  try {
    const layout = layoutOf(header, data, problems)
    const runs = runsOf(header.rateHz, layout.frames, found, problems)
    return recordingOfRuns({
      format: 'brainvision',
      startedAt: startOf(found),
      info: streamInfo(header, layout),
      runs,
      markers: found.map((marker) => recordedMarker(marker, runs, header.rateHz)),
      problems: problems.list(),
      frames: () => new RawFrames(data, layout),
      close: async () => {
        await data.close()
        await source.close()
      },
    })
  } catch (cause) {
    await data.close()
    throw cause
  }
}

/** The path in the header is that of another computer. */
function baseName(path: string): string {
  return path.replace(/^.*[/\\]/s, '')
}

function streamInfo(header: BrainVisionHeader, { type }: RawLayout) {
  const { channels, reference, rateHz } = header
  return {
    id: 'eeg',
    name: contentType(channels),
    type: contentType(channels),
    sampleFormat: formatOf(type),
    nominalRateHz: rateHz,
    channels,
    origin: {
      source: 'brainvision',
      ...(reference ? { settings: { reference } } : {}),
    },
  }
}

async function readMarkers(
  { neighbour, name }: FileToOpen,
  { markerFile }: BrainVisionHeader,
  problems: ProblemLog,
): Promise<FileMarker[]> {
  if (!markerFile) return []
  let source: ByteSource
  try {
    source = await neighbour(baseName(markerFile))
  } catch (cause) {
    if (!(cause instanceof SynapseError) || cause.code !== 'file-missing') throw cause
    problems.note('missing-part', `${name} names ${baseName(markerFile)}, which is not there`)
    return []
  }
  try {
    return await readBrainVisionMarkers(source, baseName(markerFile), problems)
  } finally {
    await source.close()
  }
}

function layoutOf(header: BrainVisionHeader, data: ByteSource, problems: ProblemLog): RawLayout {
  const { type, littleEndian, order, channels } = header
  const frameBytes = storedBytes(type) * channels.length
  const frames = Math.floor(data.size / frameBytes)
  const rest = data.size - frames * frameBytes
  if (rest > 0) {
    const detail = `${rest} bytes behind the last whole sample of all ${channels.length} channels`
    problems.note('truncated', detail)
  }
  return { type, littleEndian, order, channels: channels.length, frames, offset: 0 }
}

function startOf(markers: readonly FileMarker[]): Date | null {
  const first = markers.find(({ type }) => type === 'New Segment')
  return first && first.date !== null && first.frame === 0 ? new Date(first.date) : null
}

/**
 * A segment that begins later than the samples before it reach is behind a gap. Where no date says
 * how long it was, the samples stand together, and that is a problem of the file.
 */
function runsOf(
  rateHz: number,
  frames: number,
  markers: readonly FileMarker[],
  problems: ProblemLog,
): SampleRun[] {
  const starts = markers
    .filter(({ type, frame }) => type === 'New Segment' && frame < frames)
    .sort((a, b) => a.frame - b.frame)
  const runs: { -readonly [K in keyof SampleRun]: SampleRun[K] }[] = []
  if (frames > 0) runs.push({ firstSample: 0, firstFrame: 0, frames, startTime: 0, gap: null })
  let known = starts[0]?.frame === 0 ? starts[0].date : null
  let knownSample = 0
  for (const { frame, date } of starts) {
    const last = runs.at(-1)!
    if (frame <= last.firstFrame) continue
    const due = last.firstSample + frame - last.firstFrame
    const lost =
      date === null || known === null
        ? Number.NaN
        : Math.round(((date - known) / 1000) * rateHz) - (due - knownSample)
    if (!(lost >= 0)) {
      problems.note('unknown-gap', `a new segment at sample ${frame} does not say after how long`)
      continue
    }
    const startTime = (due + lost) / rateHz
    const gap =
      lost > 0
        ? ({ atSample: due, lostSamples: lost, exact: false, reason: 'disconnected' } as const)
        : null
    last.frames = frame - last.firstFrame
    runs.push({
      firstSample: due + lost,
      firstFrame: frame,
      frames: frames - frame,
      startTime,
      gap: gap && { ...gap, startTime: due / rateHz },
    })
    known = date
    knownSample = due + lost
  }
  return runs
}

function recordedMarker(
  { label, type, frame, frames }: FileMarker,
  runs: readonly SampleRun[],
  rateHz: number,
): RecordedMarker {
  const time = timeOfFrame(runs, frame, rateHz)
  // A marker of one sample is a moment.
  const durationSeconds = frames > 1 ? frames / rateHz : 0
  return { time, label, durationSeconds, ...(type ? { source: type } : {}) }
}
