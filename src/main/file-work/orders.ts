/** What the thread for files is asked, and what it answers: plain data. */
import type { ExportTarget, Outcome, RecordingContent } from '../../contract/index.ts'
import type { Inspect, SubjectExport } from '../../sessions/index.ts'
import type { ErrorNote } from '../../signal/index.ts'

export interface BidsPlace {
  readonly subject: string
  readonly session: string
  readonly task: string
  readonly run: number | null
  readonly lineHz: 50 | 60 | null
  readonly softwareVersion: string
  readonly today: string
}

export type FileOrder =
  /** What a recording holds, without reading every sample. */
  | { readonly kind: 'look'; readonly path: string }
  | { readonly kind: 'inspect'; readonly path: string }
  | { readonly kind: 'verify'; readonly path: string }
  | { readonly kind: 'repair'; readonly path: string; readonly to: string }
  | { readonly kind: 'report'; readonly path: string; readonly to: string; readonly madeAt: Date }
  | {
      readonly kind: 'export'
      readonly path: string
      readonly format: ExportTarget
      readonly folder: string
      /** Of the file, without folder and ending. */
      readonly name: string
      readonly deidentify: {
        readonly shiftDays: number | null
        readonly keepAnnotations: boolean
      } | null
      readonly bids: BidsPlace
    }
  | { readonly kind: 'copy'; readonly plan: SubjectExport }

export type Verdict = 'complete' | 'gaps' | 'damaged'

export interface Judged extends Outcome {
  readonly verdict: Verdict
  /** The sentence, and the first of what is wrong. */
  readonly reason: string
}

export interface FileAnswers {
  readonly look: RecordingContent
  readonly inspect: Awaited<ReturnType<Inspect>>
  readonly verify: Judged
  readonly repair: Outcome
  readonly report: Judged
  readonly export: Outcome
  readonly copy: Outcome
}

export interface FileRequest {
  readonly number: number
  readonly order: FileOrder
  /** Of a `Progress`. */
  readonly progress: SharedArrayBuffer
}

export type FileReply = { readonly number: number } & (
  | { readonly answer: FileAnswers[keyof FileAnswers] }
  | { readonly note: ErrorNote }
)
