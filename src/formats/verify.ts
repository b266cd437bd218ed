/** Reads a whole recording and holds it to its word: counts, indices and times, chunk by chunk. */
import type { Chunk } from '../signal/index.ts'
import type { ChecksumReport } from './checksums/check-sums.ts'
import { isHarmless, type Problem, ProblemLog } from './problems.ts'
import { type Recording, type RecordingSummary, summarise } from './recording.ts'

export interface Verification extends RecordingSummary {
  /** Nothing of the file is lost or in doubt. */
  readonly sound: boolean
  /** Frames that were read to the end, of all streams. */
  readonly framesRead: number
  /** Held against the checksums beside it; null where there are none. */
  readonly checksums: ChecksumReport | null
}

/**
 * @param checksums what holding the file against them has found
 * @throws SynapseError io-failed
 */
export async function verifyRecording(
  recording: Recording,
  checksums: ChecksumReport | null = null,
): Promise<Verification> {
  const problems = new ProblemLog()
  const tracks = new Map<string, Track>()
  const regular = new Set(
    recording.streams.filter(({ info }) => info.nominalRateHz > 0).map(({ info }) => info.id),
  )
  for await (const item of recording.read()) {
    const isRegular = regular.has(item.stream)
    const known = tracks.get(item.stream)
    const track = known ?? { isRegular, next: undefined, time: Number.NaN, frames: 0 }
    tracks.set(item.stream, track)
    if (item.kind === 'chunk') follow(track, item.stream, item.chunk, problems)
    else track.next = item.gap.atSample + item.gap.lostSamples
  }
  for (const { info, samples } of recording.streams) {
    const read = tracks.get(info.id)?.frames ?? 0
    if (info.sampleFormat === 'json' || read === samples) continue
    problems.note('truncated', `${info.name}: ${read} of ${samples} samples can be read`, info.id)
  }
  const summary = summarise(recording)
  const all: Problem[] = [...summary.problems, ...problems.list(), ...(checksums?.problems ?? [])]
  const framesRead = [...tracks.values()].reduce((sum, { frames }) => sum + frames, 0)
  return { ...summary, problems: all, sound: all.every(isHarmless), framesRead, checksums }
}

interface Track {
  /** Others may have several samples of the same moment. */
  readonly isRegular: boolean
  next: number | undefined
  time: number
  frames: number
}

function follow(track: Track, stream: string, chunk: Chunk, problems: ProblemLog): void {
  if (track.next !== undefined && chunk.firstSample !== track.next) {
    const detail = `${stream}: sample ${chunk.firstSample} follows ${track.next - 1} without a gap`
    problems.note('gap-mismatch', detail, stream)
  }
  for (let i = 0; i < chunk.frames; i++) {
    const time = chunk.time[i]!
    if (time < track.time || (time === track.time && track.isRegular)) {
      const detail = `${stream}: ${time} s comes after ${track.time} s`
      problems.note('time-reversed', detail, stream)
    }
    track.time = time
  }
  track.next = chunk.firstSample + chunk.frames
  track.frames += chunk.frames
}
