/**
 * The electrodes of a device as a stream of the recording: a row whenever one was measured, with
 * the latest of all of them in kΩ; NaN where nobody has measured, infinite where one is off.
 */
import {
  type Chunk,
  type ChunkBuffer,
  type MeasuredElectrode,
  newChunkBuffer,
  type StreamInfo,
} from '../../signal/index.ts'

/** Times of a stream increase: electrodes that were told at one moment follow each other. */
const leastStep = 1e-6

export class ImpedanceRows {
  readonly info: StreamInfo
  readonly #buffer: ChunkBuffer
  readonly #electrodes: readonly string[]
  #lastTime = Number.NEGATIVE_INFINITY

  /** @param source the device */
  constructor(source: string, electrodes: readonly string[]) {
    this.#electrodes = electrodes
    this.info = {
      id: `${source} impedance`,
      name: `${source} impedance`,
      type: 'Impedance',
      sampleFormat: 'float32',
      nominalRateHz: 0,
      channels: electrodes.map((label) => ({
        ...{ label, type: 'MISC' as const, unit: 'kOhm', scale: 1, offset: 0 },
      })),
      origin: { source },
    }
    this.#buffer = newChunkBuffer({ format: 'float32', channels: electrodes.length, maxFrames: 1 })
    this.#buffer.data.fill(Number.NaN)
    this.#buffer.frames = 1
    this.#buffer.firstSample = -1
  }

  /** Lent until the next one. */
  row({ electrode, kohm }: MeasuredElectrode, time: number): Chunk {
    const at = this.#electrodes.indexOf(electrode)
    if (at >= 0) this.#buffer.data[at] = kohm
    this.#lastTime = Math.max(time, this.#lastTime + leastStep)
    this.#buffer.firstSample += 1
    this.#buffer.time[0] = this.#lastTime
    this.#buffer.hostTime[0] = this.#lastTime
    return this.#buffer
  }
}
