/** What every writer of an export is given, and what it gives back. */
import type { RecordedMarker, Recording, RecordingItem } from '../recording.ts'
import type { LossTable } from './losses.ts'
import type { OutputFiles } from './output-files.ts'
import type { SurveyedStream } from './survey.ts'

export interface ExportJob {
  readonly recording: Recording
  /** The numeric streams to be written. */
  readonly streams: readonly SurveyedStream[]
  readonly markers: readonly RecordedMarker[]
  readonly losses: LossTable
  readonly outputs: OutputFiles
  /** The first file; others get the name of their stream behind its own. */
  readonly path: string
}

/** Takes what `Recording.read` gives, in its order. */
export interface ExportWriter {
  /** @throws SynapseError disk-full, io-failed */
  take(item: RecordingItem): void
  /** Everything was taken. @throws SynapseError disk-full, io-failed */
  finish(): void | Promise<void>
}

/** `folder/rest.edf` and `Muse ACC` → `folder/rest_Muse-ACC.edf`; another ending where given. */
export function besidePath(path: string, part: string, ending?: string): string {
  const [stem, own] = splitEnding(path)
  const word = part.replace(/[^\p{Letter}\p{Number}.]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '')
  return `${stem}_${word.slice(0, 60) || 'stream'}${ending ?? own}`
}

export function withEnding(path: string, ending: string): string {
  return splitEnding(path)[0] + ending
}

function splitEnding(path: string): [stem: string, ending: string] {
  const [, stem, ending] = /^(.*[^/\\])(\.[^./\\]*)$/s.exec(path) ?? []
  return stem === undefined ? [path, ''] : [stem, ending!]
}

/** File names of streams: the first has the path itself, and no two are the same. */
export function pathsOf(path: string, names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name, i) => {
    let own = i === 0 ? path : besidePath(path, name)
    for (let k = 2; taken.has(own.toLowerCase()); k++) own = besidePath(path, `${name} ${k}`)
    taken.add(own.toLowerCase())
    return own
  })
}

/** The earliest sample of all: what the wall clock at the start of an XDF file belongs to. */
export function firstTimeOf(streams: readonly SurveyedStream[]): number {
  const times = streams.flatMap(({ runs }) => (runs[0] ? [runs[0].firstTime] : []))
  return times.length > 0 ? Math.min(...times) : 0
}

/** Formats whose times have an origin of their own, which is not when the recording began. */
const ownClock: ReadonlySet<string> = new Set(['xdf', 'parquet'])

/**
 * Wall clock of a moment of the recording, in milliseconds; null where the file does not say when
 * it began. In other formats than those above times count from the start.
 */
export function wallClock(job: ExportJob, time: number): number | null {
  const { startedAt, format } = job.recording
  if (!startedAt) return null
  const origin = ownClock.has(format) ? firstTimeOf(job.streams) : 0
  return startedAt.getTime() + (time - origin) * 1000
}

/** What a stream's gaps are called in annotations. */
export function gapText(lostSamples: number, isExact: boolean, reason: string): string {
  return `BAD_gap: ${isExact ? '' : 'about '}${lostSamples} samples ${reason}`
}
