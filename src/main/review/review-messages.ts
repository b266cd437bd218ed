/** What is said between the host and the thread that looks at a recording. */
import type { Reviewed, ReviewPage, ReviewPageQuery, ReviewProgress } from '../../contract/index.ts'
import type { ErrorNote } from '../../signal/index.ts'

/** What the thread is born with. */
export interface ReviewWork {
  readonly path: string
  /** Where overviews are kept. */
  readonly folder: string
}

export interface ReviewAsks {
  progress: { params: Record<string, never>; result: ReviewProgress }
  describe: { params: Record<string, never>; result: Reviewed }
  page: { params: ReviewPageQuery; result: ReviewPage }
}

export interface ReviewQuestion {
  readonly id: number
  readonly method: keyof ReviewAsks | 'close'
  readonly params: unknown
}

export type ReviewAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly note: ErrorNote }
