/**
 * How long each stage of a sample's way takes: one histogram per stage in shared memory, recorded by
 * the thread that the stage ends in and read by the host.
 */
import { LatencyHistogram } from './histogram.ts'

/**
 * `acquisition`: taken by the device, to its bytes in the host (a constant delay of the link cannot
 * be seen); `transfer`: bytes, to frames in the ring; `buffering`: in the ring, to the graph's
 * thread; `processing`: once through the graph; `storage`: out of the rings, into the file;
 * `delivery`: out of the graph, to the window's channel.
 */
export const stages = [
  'acquisition',
  'transfer',
  'buffering',
  'processing',
  'storage',
  'delivery',
] as const
export type Stage = (typeof stages)[number]

export interface SharedStages {
  readonly histograms: Readonly<Record<Stage, SharedArrayBuffer>>
  /** One float64: the latest transfer, in seconds. */
  readonly transfer: SharedArrayBuffer
}

export class StageMeters {
  readonly shared: SharedStages
  readonly #histograms: Readonly<Record<Stage, LatencyHistogram>>
  readonly #transfer: Float64Array

  constructor(shared?: SharedStages) {
    this.#histograms = Object.fromEntries(
      stages.map((stage) => [stage, new LatencyHistogram(shared?.histograms[stage])]),
    ) as Record<Stage, LatencyHistogram>
    this.#transfer = new Float64Array(shared?.transfer ?? new SharedArrayBuffer(8))
    this.shared = shared ?? {
      histograms: Object.fromEntries(
        stages.map((stage) => [stage, this.#histograms[stage].shared]),
      ) as Record<Stage, SharedArrayBuffer>,
      transfer: this.#transfer.buffer as SharedArrayBuffer,
    }
  }

  record(stage: Stage, seconds: number): void {
    this.#histograms[stage].record(seconds)
  }

  recordTransfer(seconds: number): void {
    this.#transfer[0] = seconds
    this.#histograms.transfer.record(seconds)
  }

  /** @param sinceArrival seconds since the bytes came: the transfer in it is taken off */
  recordBuffering(sinceArrival: number): void {
    this.#histograms.buffering.record(Math.max(0, sinceArrival - this.#transfer[0]!))
  }

  /** Counts of one stage so far, for `summariseLatency`. */
  snapshot(stage: Stage): Int32Array {
    return this.#histograms[stage].snapshot()
  }
}
