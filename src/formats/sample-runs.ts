/**
 * A recording of one regular stream whose times are a count of samples: runs without a gap, each
 * with the time of its first sample. What BrainVision, EEGLAB and FIF files are.
 */
import type { ChunkBuffer, StreamInfo } from '../signal/index.ts'
import type { Problem } from './problems.ts'
import {
  effectiveRate,
  ledgerOf,
  type RecordedGap,
  type RecordedMarker,
  type RecordedStream,
  type Recording,
  type RecordingFormat,
  type RecordingItem,
} from './recording.ts'

export interface SampleRun {
  /** Index, in which lost samples count. */
  readonly firstSample: number
  /** Number among the frames that are there. */
  readonly firstFrame: number
  readonly frames: number
  readonly startTime: number
  /** What is missing before it. */
  readonly gap: RecordedGap | null
}

/** Lends chunks of consecutive frames; made anew for every pass through a recording. */
export interface FrameReader {
  readonly buffer: ChunkBuffer
  readonly maxFrames: number
  /** Fills `buffer.data`; false where the file has become shorter. */
  read(firstFrame: number, frames: number): Promise<boolean>
}

export interface RunRecording {
  readonly format: RecordingFormat
  readonly startedAt: Date | null
  readonly info: StreamInfo
  readonly runs: readonly SampleRun[]
  readonly markers: readonly RecordedMarker[]
  readonly problems: readonly Problem[]
  frames(): FrameReader
  close(): Promise<void>
}

export function recordingOfRuns(parts: RunRecording): Recording {
  const { format, startedAt, info, runs, markers, problems } = parts
  const stream = streamOfRuns(info, runs)
  return {
    format,
    startedAt,
    streams: [stream],
    markers: markers.toSorted((a, b) => a.time - b.time),
    ledger: ledgerOf(stream),
    problems,
    read: () => runItems(info, runs, parts.frames()),
    close: () => parts.close(),
  }
}

/** When a frame of the file was taken, by the run that it stands in. */
export function timeOfFrame(runs: readonly SampleRun[], frame: number, rateHz: number): number {
  let low = 0
  let high = runs.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (runs[middle]!.firstFrame <= frame) low = middle
    else high = middle
  }
  const run = runs[low]
  return run ? run.startTime + (frame - run.firstFrame) / rateHz : frame / rateHz
}

function streamOfRuns(info: StreamInfo, runs: readonly SampleRun[]): RecordedStream {
  const samples = runs.reduce((sum, { frames }) => sum + frames, 0)
  const first = runs[0]
  const last = runs.at(-1)
  const firstTime = first ? first.startTime : null
  const lastTime = last ? last.startTime + (last.frames - 1) / info.nominalRateHz : null
  const expected = first && last ? last.firstSample + last.frames - first.firstSample : 0
  return {
    info,
    effectiveRateHz: effectiveRate(info.nominalRateHz, expected, firstTime, lastTime),
    samples,
    firstTime,
    lastTime,
    gaps: runs.flatMap(({ gap }) => (gap ? [gap] : [])),
  }
}

async function* runItems(
  { id, nominalRateHz }: StreamInfo,
  runs: readonly SampleRun[],
  reader: FrameReader,
): AsyncGenerator<RecordingItem, void, void> {
  const { buffer, maxFrames } = reader
  for (const { firstSample, firstFrame, frames, startTime, gap } of runs) {
    if (gap) yield { kind: 'gap', stream: id, gap }
    for (let done = 0; done < frames; done += maxFrames) {
      const count = Math.min(maxFrames, frames - done)
      if (!(await reader.read(firstFrame + done, count))) return
      buffer.frames = count
      buffer.firstSample = firstSample + done
      for (let i = 0; i < count; i++) {
        const time = startTime + (done + i) / nominalRateHz
        buffer.time[i] = time
        buffer.hostTime[i] = time
      }
      yield { kind: 'chunk', stream: id, chunk: buffer }
    }
  }
}
