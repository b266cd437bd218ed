/**
 * Opens an EEGLAB recording (.set, MATLAB 5 to 7.2), its samples within it or in the .fdt beside it.
 * Epochs follow each other as segments of unknown distance.
 */
import { type Channel, type StreamInfo, SynapseError } from '../../signal/index.ts'
import { numbered } from '../brainvision/read-header.ts'
import { channelType, channelTypeOfLabel, contentType } from '../channel-words.ts'
import type { ByteSource, FileToOpen } from '../io.ts'
import { ProblemLog } from '../problems.ts'
import { RawFrames } from '../raw-frames.ts'
import type { RecordedMarker, Recording } from '../recording.ts'
import { type FrameReader, recordingOfRuns, type SampleRun } from '../sample-runs.ts'
import { type MatFile, type MatPiece, readMatFile } from './mat-file.ts'
import type { MatValue } from './mat-values.ts'
import { innerFrames } from './set-frames.ts'

export function looksLikeMatlab(start: string): boolean {
  return start.startsWith('MATLAB ')
}

interface Field {
  readonly value: MatValue
  readonly piece: MatPiece
}

const mostChannels = 10_000

/**
 * @throws SynapseError file-unreadable (MATLAB 7.3, no recording of EEGLAB), file-damaged,
 * file-missing (its .fdt), io-failed
 */
export async function openSet({ source, name, text, neighbour }: FileToOpen): Promise<Recording> {
  if (!text.startsWith('MATLAB 5')) {
    throw new SynapseError('file-unreadable', `opening ${name}: a file of MATLAB 7.3 (HDF5)`, {
      remedy: 'Save it in EEGLAB without the option for files over 2 GB (-v6 or -v7).',
    })
  }
  const problems = new ProblemLog()
  const mat = await readMatFile(source, name)
  const field = fieldsOf(mat, name)
  const rateHz = numberOf(field('srate'))
  const channels = numberOf(field('nbchan'))
  const pointsPerTrial = numberOf(field('pnts'))
  const trials = numberOf(field('trials')) || 1
  const damaged = (what: string) => new SynapseError('file-damaged', `reading ${name}: ${what}`)
  if (!(rateHz > 0)) throw damaged(`a sampling rate of ${rateHz} Hz`)
  if (!(Number.isInteger(channels) && channels > 0 && channels <= mostChannels)) {
    throw damaged(`${channels} channels`)
  }
  if (trials > 1) problems.note('unknown-gap', `${trials} epochs, read one after the other`)
  const samples = await openSamples(
    { source, neighbour, littleEndian: mat.littleEndian, name },
    field('data') ?? field('datfile'),
    channels,
    problems,
  )
  const wanted = pointsPerTrial * trials
  if (samples.frames !== wanted) {
    problems.note('truncated', `${samples.frames} of ${wanted} samples are there`)
  }
  const frames = Math.min(samples.frames, wanted)
  const info = streamInfo(field, channels, rateHz, samples.format, problems)
  const gap = null
  const runs: SampleRun[] =
    frames > 0 ? [{ firstSample: 0, firstFrame: 0, frames, startTime: 0, gap }] : []
  return recordingOfRuns({
    format: 'eeglab-set',
    startedAt: null,
    info,
    runs,
    markers: markersOf(field('event')?.value, rateHz, problems),
    problems: problems.list(),
    frames: samples.open,
    close: async () => {
      await samples.beside?.close()
      await source.close()
    },
  })
}

/** In a struct EEG, or as variables of their own. @throws SynapseError file-unreadable */
function fieldsOf({ variables }: MatFile, name: string) {
  const eeg = variables.get('EEG')
  const struct = eeg?.value.kind === 'structs' ? eeg.value.elements[0] : undefined
  const field = (key: string): Field | undefined => {
    const inner = struct?.get(key)
    return inner ? { value: inner, piece: eeg!.piece } : struct ? undefined : variables.get(key)
  }
  if (field('srate') && field('nbchan') && (field('data') || field('datfile'))) return field
  throw new SynapseError('file-unreadable', `opening ${name}: a MATLAB file, but no EEGLAB set`)
}

function numberOf(field: Field | undefined): number {
  return field?.value.kind === 'matrix' ? (field.value.values[0] ?? Number.NaN) : Number.NaN
}

function textOf(value: MatValue | undefined): string {
  if (value?.kind === 'text') return value.text.trim()
  const number = value?.kind === 'matrix' ? value.values[0] : undefined
  return number === undefined ? '' : String(number)
}

interface Samples {
  readonly frames: number
  readonly format: 'int16' | 'float32' | 'float64'
  readonly beside: ByteSource | null
  open(): FrameReader
}

interface Place extends Pick<FileToOpen, 'source' | 'neighbour' | 'name'> {
  readonly littleEndian: boolean
}

/** @throws SynapseError file-damaged, file-missing */
async function openSamples(
  { source, neighbour, name, littleEndian }: Place,
  field: Field | undefined,
  channels: number,
  problems: ProblemLog,
): Promise<Samples> {
  const value = field?.value
  if (value?.kind === 'text')
    return besideSamples(await neighbour(base(value.text)), channels, problems)
  if (value?.kind === 'matrix' && value.values.length > 0)
    return smallSamples(value.values, channels)
  const type = value?.kind === 'place' ? value.type : undefined
  if (value?.kind !== 'place' || (type !== 'int16' && type !== 'float32' && type !== 'float64')) {
    throw new SynapseError('file-damaged', `reading ${name}: there are no samples in it`)
  }
  const frames = value.dimensions.slice(1).reduce((product, each) => product * each, 1)
  if (value.dimensions[0] !== channels) {
    throw new SynapseError(
      'file-damaged',
      `reading ${name}: ${value.dimensions[0]} rows of samples`,
    )
  }
  const { piece } = field!
  const { position } = value
  return {
    frames,
    format: type,
    beside: null,
    open: () => innerFrames(source, { piece, position, type, littleEndian, channels }),
  }
}

function base(path: string): string {
  return path.trim().replace(/^.*[/\\]/s, '')
}

function besideSamples(data: ByteSource, channels: number, problems: ProblemLog): Samples {
  const frames = Math.floor(data.size / (4 * channels))
  if (data.size !== frames * 4 * channels) {
    problems.note('trailing-bytes', 'bytes behind the last whole sample of all channels')
  }
  const layout = { littleEndian: true, order: 'frames', channels, frames, offset: 0 } as const
  return {
    frames,
    format: 'float32',
    beside: data,
    open: () => new RawFrames(data, { ...layout, type: 'float32' }),
  }
}

/** So few that they were kept when the variables were read. */
function smallSamples(values: readonly number[], channels: number): Samples {
  const bytes = new Uint8Array(Float64Array.from(values).buffer)
  const source: ByteSource = {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => {},
  }
  const frames = Math.floor(values.length / channels)
  const layout = { littleEndian: true, order: 'frames', channels, frames, offset: 0 } as const
  return {
    frames,
    format: 'float64',
    beside: null,
    open: () => new RawFrames(source, { ...layout, type: 'float64' }),
  }
}

function streamInfo(
  field: (key: string) => Field | undefined,
  count: number,
  rateHz: number,
  sampleFormat: Samples['format'],
  problems: ProblemLog,
): StreamInfo {
  const locations = field('chanlocs')?.value
  const described = locations?.kind === 'structs' ? locations.elements : []
  const channels = Array.from({ length: count }, (_, i): Channel => {
    const label = textOf(described[i]?.get('labels')) || `channel ${i + 1}`
    const type = channelType(textOf(described[i]?.get('type'))) ?? channelTypeOfLabel(label)
    // EEGLAB has everything in microvolts.
    return { label, type: type ?? 'EEG', unit: 'uV', scale: 1, offset: 0 }
  })
  const reference = textOf(field('ref')?.value)
  const named = numbered(channels, problems)
  return {
    id: 'eeg',
    name: contentType(named),
    type: contentType(named),
    sampleFormat,
    nominalRateHz: rateHz,
    channels: named,
    origin: { source: 'eeglab-set', ...(reference ? { settings: { reference } } : {}) },
  }
}

function markersOf(
  events: MatValue | undefined,
  rateHz: number,
  problems: ProblemLog,
): RecordedMarker[] {
  const markers: RecordedMarker[] = []
  for (const event of events?.kind === 'structs' ? events.elements : []) {
    const number = (key: string) => {
      const value = event.get(key)
      return value?.kind === 'matrix' ? (value.values[0] ?? Number.NaN) : Number.NaN
    }
    const latency = number('latency')
    if (!Number.isFinite(latency)) {
      problems.note('bad-annotation', 'an event without a latency')
      continue
    }
    const duration = number('duration')
    markers.push({
      // Latencies are samples, from 1.
      time: (latency - 1) / rateHz,
      label: textOf(event.get('type')) || 'event',
      durationSeconds: duration > 0 ? duration / rateHz : 0,
    })
  }
  return markers
}
