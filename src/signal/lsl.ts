/** Streams of other programs on the network, by LSL, as a driver is lent them. No call waits. */
import type { Samples } from './chunk.ts'

/** The formats of LSL, in its own words. */
export type LslFormat = 'float32' | 'double64' | 'int8' | 'int16' | 'int32' | 'int64' | 'string'

/** What a stream says of itself when it is found; the whole description comes with an inlet. */
export interface LslStream {
  readonly name: string
  readonly type: string
  /** Empty where the sender gave none: it cannot be told from others of its name then. */
  readonly sourceId: string
  readonly hostname: string
  /** Another one every time that the sender is started. */
  readonly uid: string
  readonly format: LslFormat
  readonly channels: number
  /** 0: irregular. */
  readonly rateHz: number
}

export interface LslTransport {
  /**
   * Every stream that answers: waits until all had time to, once; knows them at once from then on.
   * @throws SynapseError lsl-missing
   */
  find(): Promise<readonly LslStream[]>
  /** @throws SynapseError lsl-missing, lsl-failed when it is gone */
  open(stream: LslStream): LslInlet
  /** Streams that this program sends itself are not found: by their uids. */
  hide(uids: readonly string[]): void
}

/** One stream as it is received. Every call returns at once; what is on its way is null or 0. */
export interface LslInlet {
  /** The stream's description as XML. */
  description(): string | null
  /** Begins to receive; true once the connection stands. */
  connect(): boolean
  /** Host time = stamp + so many seconds, measured anew every few seconds. */
  clockOffset(): number | null
  /**
   * Takes what has come, frame-major: as many frames as `stamps` holds at most.
   * @returns the number of frames
   * @throws SynapseError link-lost: the sender is gone, and has no source id to be found again by
   */
  pull(values: Samples, stamps: Float64Array): number
  /** As `pull`, one frame of a stream of texts. @returns its stamp, or null */
  pullTexts(into: string[]): number | null
  /** True, once, after the sender was gone and is back: its clock may be another one. */
  recovered(): boolean
  close(): void
}
