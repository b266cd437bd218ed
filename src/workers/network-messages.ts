/** What the host and the thread that sends over the network say to each other. */
import type { Endpoint, ErrorNote, Marker } from '../signal/index.ts'
import type { ThreadData } from './messages.ts'
import type { SentSource } from './outlet-messages.ts'

export interface NetworkData extends ThreadData {
  /** Seconds since 1970 at time 0 of the host's clock. */
  readonly epochSeconds: number
}

/** How streams leave; `udp` and `websocket` as JSON. */
export type NetworkKind = 'osc' | 'udp' | 'websocket'

export interface NetworkTarget {
  readonly key: string
  readonly kind: NetworkKind
  readonly at: Endpoint
}

export type NetworkOrder =
  | { readonly kind: 'open'; readonly target: NetworkTarget }
  | { readonly kind: 'close'; readonly key: string }
  | { readonly kind: 'add'; readonly source: SentSource }
  | { readonly kind: 'remove'; readonly key: string }
  | { readonly kind: 'marker'; readonly marker: Marker }

export interface NetworkStatus {
  readonly key: string
  readonly sent: number
  /** Messages that a receiver or the system was too slow for. */
  readonly dropped: number
  /** Null where nobody can know. */
  readonly receivers: number | null
}

export type NetworkReport =
  | { readonly kind: 'opened'; readonly key: string; readonly at: Endpoint }
  | { readonly kind: 'failed'; readonly key: string; readonly note: ErrorNote }
  | {
      readonly kind: 'status'
      readonly targets: readonly NetworkStatus[]
      /** Samples that this thread missed because it was too slow. */
      readonly missed: number
    }
