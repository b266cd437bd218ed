/**
 * What every readable file is, whatever its format: streams as they were, with their gaps, and
 * markers. `summarise` is the same thing as plain data for a terminal or a window.
 */
import type { Chunk, Gap, Ledger, StreamId, StreamInfo } from '../signal/index.ts'
import type { Problem } from './problems.ts'
import type { XdfNumericFormat } from './xdf/xdf-format.ts'

export type RecordingFormat =
  | 'xdf'
  | 'edf'
  | 'edf+c'
  | 'edf+d'
  | 'bdf'
  | 'bdf+c'
  | 'bdf+d'
  | 'openbci-text'
  | 'brainflow-csv'
  | 'brainvision'
  | 'eeglab-set'
  | 'fif'
  | 'parquet'

export interface Recording {
  readonly format: RecordingFormat
  /** Of a recording in several files: those that are open, in their order. */
  readonly paths?: readonly string[]
  /** Wall clock; EDF has no time zone and is taken as UTC. Null where the file does not say. */
  readonly startedAt: Date | null
  readonly streams: readonly RecordedStream[]
  /** In the order of their times. */
  readonly markers: readonly RecordedMarker[]
  /** What was in force from when on, where the file says so; in the order of their times. */
  readonly settings?: readonly RecordedSettings[]
  readonly ledger: Ledger
  /** What is wrong with the file, and what was done about it; empty for a sound one. */
  readonly problems: readonly Problem[]
  /** What else the file says, and nothing that is made of the recording will say. */
  readonly unread?: readonly UnreadFact[]
  /**
   * Chunks and gaps in the order of their times across streams. A chunk is lent until the next
   * one is asked for, holds at most `maxChunkFrames` frames and never spans a gap. May be called
   * again, for the file from its beginning.
   */
  read(): AsyncGenerator<RecordingItem, void, void>
  close(): Promise<void>
}

/** Never what it says, only of what kind: it may be somebody's name. */
export interface UnreadFact {
  readonly count: number
  readonly detail: string
}

/** No chunk of a recording is longer. */
export const maxChunkFrames = 4096

export type RecordingItem =
  | {
      readonly kind: 'chunk'
      readonly stream: StreamId
      readonly chunk: Chunk
      /** Where it stands in the file, of formats whose chunks can be read from there. */
      readonly place?: RowsPlace
    }
  | { readonly kind: 'gap'; readonly stream: StreamId; readonly gap: RecordedGap }

/** Rows of an XDF stream. */
export interface RowsPlace {
  /** Number of the file, of a recording in several. */
  readonly file: number
  readonly offset: number
  /** Rows from there on that are not the chunk's. */
  readonly skip: number
  readonly format: XdfNumericFormat
}

export interface RecordedStream {
  readonly info: StreamInfo
  /**
   * (samples expected from first to last − 1) / (last time − first time): a lost sample has
   * consumed its index. 0 for an irregular stream and for fewer than two samples.
   */
  readonly effectiveRateHz: number
  readonly samples: number
  /** Seconds on the recording's clock; null without samples. */
  readonly firstTime: number | null
  readonly lastTime: number | null
  readonly gaps: readonly RecordedGap[]
}

export interface RecordedGap extends Gap {
  /** When the first lost sample was due; seconds on the recording's clock. */
  readonly startTime: number
}

export interface RecordedMarker {
  readonly time: number
  readonly label: string
  readonly durationSeconds: number
  /** Who set it, where the file says so. */
  readonly source?: string
  readonly value?: number
}

export interface RecordedSettings {
  readonly time: number
  /** JSON: the devices with what they were set to. */
  readonly text: string
}

/** What `synapse info --json` prints. */
export interface RecordingSummary {
  readonly format: RecordingFormat
  readonly streams: readonly StreamSummary[]
  readonly markers: readonly {
    readonly time: number
    readonly label: string
    readonly durationSeconds: number
  }[]
  readonly ledger: Ledger
  readonly problems: readonly Problem[]
}

export interface StreamSummary {
  readonly id: StreamId
  readonly name: string
  readonly type: string
  readonly channels: readonly {
    readonly label: string
    readonly type: string
    readonly unit: string
  }[]
  readonly nominalRateHz: number
  readonly effectiveRateHz: number
  readonly samples: number
  readonly firstTime: number | null
  readonly lastTime: number | null
  readonly gaps: readonly {
    readonly atSample: number
    readonly lostSamples: number
    readonly startTime: number
  }[]
}

export function summarise(recording: Recording): RecordingSummary {
  return {
    format: recording.format,
    streams: recording.streams.map(summariseStream),
    markers: recording.markers.map(({ time, label, durationSeconds }) => ({
      time,
      label,
      durationSeconds,
    })),
    ledger: recording.ledger,
    problems: recording.problems.map(({ code, message }) => ({ code, message })),
  }
}

function summariseStream(stream: RecordedStream): StreamSummary {
  const { info } = stream
  return {
    id: info.id,
    name: info.name,
    type: info.type,
    channels: info.channels.map(({ label, type, unit }) => ({ label, type, unit })),
    nominalRateHz: info.nominalRateHz,
    effectiveRateHz: stream.effectiveRateHz,
    samples: stream.samples,
    firstTime: stream.firstTime,
    lastTime: stream.lastTime,
    gaps: stream.gaps.map(({ atSample, lostSamples, startTime }) => ({
      atSample,
      lostSamples,
      startTime,
    })),
  }
}

/** The account of a stream: what arrived, and what its gaps say is missing. */
export function ledgerOf(stream: RecordedStream): Ledger {
  const lost = stream.gaps.reduce((sum, gap) => sum + gap.lostSamples, 0)
  return { expected: stream.samples + lost, received: stream.samples, lost }
}

export function effectiveRate(
  nominalRateHz: number,
  expected: number,
  firstTime: number | null,
  lastTime: number | null,
): number {
  if (nominalRateHz <= 0 || firstTime === null || lastTime === null) return 0
  return expected > 1 && lastTime > firstTime ? (expected - 1) / (lastTime - firstTime) : 0
}
