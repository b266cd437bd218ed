/** What the host and the thread that sends by LSL say to each other. */
import type { SharedRing } from '../ring/index.ts'
import type { ErrorNote, Marker, StreamInfo } from '../signal/index.ts'

export interface SentSource {
  /** Another one for every ring that is made, even of the same stream. */
  readonly key: string
  readonly info: StreamInfo
  readonly ring: SharedRing
}

export type OutletOrder =
  | { readonly kind: 'add'; readonly source: SentSource }
  | { readonly kind: 'remove'; readonly key: string }
  | { readonly kind: 'marker'; readonly marker: Marker }

export interface OutletStatus {
  readonly key: string
  readonly sent: number
  /** Samples that this thread missed because it was too slow. */
  readonly dropped: number
  readonly hasReceivers: boolean
}

export type OutletReport =
  /** The uid tells the streams of this program from those of others. */
  | { readonly kind: 'opened'; readonly key: string; readonly uid: string }
  | { readonly kind: 'failed'; readonly key: string; readonly note: ErrorNote }
  | { readonly kind: 'status'; readonly streams: readonly OutletStatus[] }
