/**
 * Opens a raw FIF recording (MNE, Elekta). A skip in it is a gap, which other readers fill with
 * zeros. Epochs, averages, packed and complex samples are left to MNE.
 */
import { newChunkBuffer, SynapseError } from '../../signal/index.ts'
import { numbered } from '../brainvision/read-header.ts'
import { viewOf } from '../byte-window.ts'
import { contentType } from '../channel-words.ts'
import type { ByteSource, FileToOpen } from '../io.ts'
import { ProblemLog } from '../problems.ts'
import { decode, formatOf, type StoredType, storedBytes } from '../raw-frames.ts'
import { maxChunkFrames, type RecordedMarker, type Recording } from '../recording.ts'
import { type FrameReader, recordingOfRuns, type SampleRun } from '../sample-runs.ts'
import { type Measurement, readMeasurement } from './measurement.ts'
import { FifTags } from './tags.ts'

export function looksLikeFif(start: Uint8Array): boolean {
  const begin = [0, 0, 0, 100, 0, 0, 0, 31, 0, 0, 0, 20]
  return begin.every((byte, i) => start[i] === byte)
}

interface Piece {
  readonly firstFrame: number
  readonly frames: number
  readonly offset: number
}

/** @throws SynapseError file-unreadable (no raw recording), file-damaged, io-failed */
export async function openFif({ source, name }: FileToOpen): Promise<Recording> {
  const problems = new ProblemLog()
  const tags = new FifTags(source, name)
  const found = await readMeasurement(tags, problems)
  const { buffers, rateHz, channelCount } = found
  if (buffers.length === 0) {
    throw new SynapseError('file-unreadable', `opening ${name}: a FIF file without raw samples`, {
      remedy: 'Epochs, averages and events are read by MNE; save the raw recording there.',
    })
  }
  if (!(rateHz > 0) || channelCount < 1 || found.channels.length !== channelCount) {
    throw tags.damaged(`${found.channels.length} of ${channelCount} channels, ${rateHz} Hz`)
  }
  if (tags.isCut) problems.note('truncated', 'the file ends within a tag')
  if (found.goesOn) {
    problems.note('missing-part', 'the recording goes on in another file, which is read by itself')
  }
  const { type } = buffers[0]!
  if (buffers.some((each) => each.type !== type)) throw tags.damaged('samples of several types')
  const { runs, pieces } = arrange(found, type, problems)
  const labels = found.longNames.length === channelCount ? found.longNames : null
  const named = found.channels.map((each, i) => ({ ...each, label: labels?.[i] || each.label }))
  const channels = numbered(named, problems)
  return recordingOfRuns({
    format: 'fif',
    startedAt: startOf(found),
    info: {
      id: 'raw',
      name: contentType(channels),
      type: contentType(channels),
      sampleFormat: formatOf(type),
      nominalRateHz: rateHz,
      channels,
      origin: { source: 'fif' },
    },
    runs,
    markers: markersOf(found),
    problems: problems.list(),
    frames: () => pieceFrames(source, pieces, type, channelCount),
    close: () => source.close(),
  })
}

/** When the first sample was taken. */
function startOf({ startedAt, firstSample, rateHz }: Measurement): Date | null {
  return startedAt && new Date(startedAt.getTime() + (firstSample / rateHz) * 1000)
}

function arrange(
  { buffers, channelCount, rateHz }: Measurement,
  type: StoredType,
  problems: ProblemLog,
): { readonly runs: readonly SampleRun[]; readonly pieces: readonly Piece[] } {
  const frameBytes = channelCount * storedBytes(type)
  const pieces: Piece[] = []
  const runs: { -readonly [K in keyof SampleRun]: SampleRun[K] }[] = []
  let sample = 0
  let firstFrame = 0
  let usual = 0
  for (const { bytes, offset, skippedBuffers, skippedSamples } of buffers) {
    const frames = Math.floor(bytes / frameBytes)
    if (frames * frameBytes !== bytes) problems.note('truncated', 'a piece has no whole samples')
    if (frames === 0) continue
    usual ||= frames
    const lost = skippedBuffers * usual + skippedSamples
    const run = runs.at(-1)
    if (!run || lost > 0) {
      const startTime = sample / rateHz
      const gap =
        run && lost > 0
          ? { atSample: sample, lostSamples: lost, exact: true, reason: 'lost' as const, startTime }
          : null
      // What is skipped before the first sample is before the recording.
      sample += run ? lost : 0
      runs.push({ firstSample: sample, firstFrame, frames, startTime: sample / rateHz, gap })
    } else run.frames += frames
    pieces.push({ firstFrame, frames, offset })
    sample += frames
    firstFrame += frames
  }
  return { runs, pieces }
}

function markersOf({ annotations, firstSample, rateHz }: Measurement): RecordedMarker[] {
  const { onsets, ends, texts, fromStart } = annotations
  const before = fromStart ? firstSample / rateHz : 0
  return onsets.map((onset, i) => ({
    time: onset - before,
    label: texts[i] || 'annotation',
    durationSeconds: Math.max(0, (ends[i] ?? onset) - onset),
  }))
}

const chunkBytes = 1 << 22

/** Asked in the order of the file; a piece is looked for from the last one on. */
function pieceFrames(
  source: ByteSource,
  pieces: readonly Piece[],
  type: StoredType,
  channels: number,
): FrameReader {
  const most = Math.floor(chunkBytes / (8 * channels))
  const maxFrames = Math.max(1, Math.min(maxChunkFrames, most))
  const buffer = newChunkBuffer({ format: formatOf(type), channels, maxFrames })
  const frameBytes = channels * storedBytes(type)
  let current = 0
  const read = async (first: number, frames: number) => {
    for (let done = 0; done < frames; ) {
      const frame = first + done
      while (pieces[current] && frame >= pieces[current]!.firstFrame + pieces[current]!.frames) {
        current += 1
      }
      const piece = pieces[current]
      if (!piece) return false
      const inPiece = frame - piece.firstFrame
      const count = Math.min(frames - done, piece.frames - inPiece)
      const bytes = await source.read(piece.offset + inPiece * frameBytes, count * frameBytes)
      if (bytes.length < count * frameBytes) return false
      decode(viewOf(bytes), type, false, count * channels, buffer.data, done * channels, 1)
      done += count
    }
    return true
  }
  return { buffer, maxFrames, read }
}
