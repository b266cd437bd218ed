/** The streams of a Cyton, and the way from packets to their chunks. */
import {
  type Channel,
  type ChunkBuffer,
  type DeviceOutput,
  newChunkBuffer,
  type Origin,
  type StreamInfo,
} from '../../signal/index.ts'
import type { CytonOptions } from './options.ts'
import {
  channelCount,
  gPerCount,
  hasBoardTime,
  int16,
  int24,
  microvoltsPerCount,
  rateHz,
  stop,
  uint32,
} from './packet.ts'

/** Gain of every channel after power-up and after `d`. */
export const defaultGain = 24
const maxFrames = 128
const countLimit = 2 ** 23

export function cytonStreams(address: string, firmware: string, options: CytonOptions) {
  const scale = microvoltsPerCount(defaultGain)
  const origin: Origin = {
    source: 'openbci-cyton',
    manufacturer: 'OpenBCI',
    model: 'Cyton',
    firmware,
    settings: { gain: defaultGain, reference: 'SRB2', address },
  }
  const eeg: StreamInfo = {
    id: 'openbci-cyton/eeg',
    name: 'Cyton EEG',
    type: 'EEG',
    sampleFormat: 'int32',
    nominalRateHz: rateHz,
    channels: options.labels.map(
      (label): Channel => ({
        label,
        type: 'EEG',
        unit: 'uV',
        scale,
        offset: 0,
        range: [-countLimit * scale, (countLimit - 1) * scale],
      }),
    ),
    origin,
  }
  const accel: StreamInfo = {
    id: 'openbci-cyton/accel',
    name: 'Cyton accelerometer',
    type: 'ACC',
    sampleFormat: 'int16',
    // The board sends a value when it has a new one, about 25 times a second.
    nominalRateHz: 0,
    channels: ['X', 'Y', 'Z'].map(
      (label): Channel => ({ label, type: 'ACCEL', unit: 'g', scale: gPerCount, offset: 0 }),
    ),
    origin,
  }
  return { eeg, accel }
}

/** Collects the packets of one read into chunks. */
export class CytonChunks {
  readonly #out: DeviceOutput
  readonly #eegId: string
  readonly #accelId: string
  readonly #eeg: ChunkBuffer
  readonly #accel: ChunkBuffer
  readonly #axes = new Int16Array(3)
  #nextSample = 0
  #nextAccel = 0
  /** Axes of the reading that is being collected, each in a packet of its own. */
  #axesIn = 0

  constructor(out: DeviceOutput, streams: { eeg: StreamInfo; accel: StreamInfo }) {
    this.#out = out
    this.#eegId = streams.eeg.id
    this.#accelId = streams.accel.id
    this.#eeg = newChunkBuffer({
      format: 'int32',
      channels: channelCount,
      maxFrames,
      deviceTime: true,
      sequence: true,
    })
    this.#accel = newChunkBuffer({ format: 'int16', channels: 3, maxFrames })
  }

  packet(bytes: Uint8Array, at: number, hostTime: number): void {
    const chunk = this.#eeg
    if (chunk.frames === maxFrames) this.flush()
    const f = chunk.frames++
    if (f === 0) chunk.firstSample = this.#nextSample
    this.#nextSample++
    for (let c = 0; c < channelCount; c++) {
      chunk.data[f * channelCount + c] = int24(bytes, at + 2 + c * 3)
    }
    const stopByte = bytes[at + 32]!
    chunk.hostTime[f] = hostTime
    chunk.sequence![f] = bytes[at + 1]!
    chunk.deviceTime![f] = hasBoardTime(stopByte) ? uint32(bytes, at + 28) / 1000 : Number.NaN
    this.#auxiliary(bytes, at + 26, stopByte, bytes[at + 1]!, hostTime)
  }

  #auxiliary(bytes: Uint8Array, at: number, stopByte: number, counter: number, hostTime: number) {
    const axes = this.#axes
    if (stopByte === stop.accel) {
      for (let a = 0; a < 3; a++) axes[a] = int16(bytes, at + a * 2)
      if (axes[0] !== 0 || axes[1] !== 0 || axes[2] !== 0) this.#accelerate(hostTime)
    } else if (stopByte === stop.accelTime || stopByte === stop.accelTimeSet) {
      const axis = (counter % 10) - 7
      if (axis < 0) return
      // A reading of which a packet was lost would mix two moments.
      this.#axesIn = axis === 0 ? 1 : this.#axesIn === axis ? axis + 1 : 0
      axes[axis] = int16(bytes, at)
      if (this.#axesIn === 3) this.#accelerate(hostTime)
    }
  }

  #accelerate(hostTime: number): void {
    const chunk = this.#accel
    const f = chunk.frames++
    if (f === 0) chunk.firstSample = this.#nextAccel
    this.#nextAccel++
    for (let a = 0; a < 3; a++) chunk.data[f * 3 + a] = this.#axes[a]!
    chunk.hostTime[f] = hostTime
  }

  /** Skips the indices of lost samples; what was collected before them leaves first. */
  lost(
    samples: number,
    exact: boolean,
    reason: Parameters<DeviceOutput['gap']>[1]['reason'],
  ): void {
    this.flush()
    this.#out.gap(this.#eegId, {
      atSample: this.#nextSample,
      lostSamples: samples,
      exact,
      reason,
    })
    this.#nextSample += samples
  }

  flush(): void {
    if (this.#eeg.frames) this.#out.chunk(this.#eegId, this.#eeg)
    if (this.#accel.frames) this.#out.chunk(this.#accelId, this.#accel)
    this.#eeg.frames = 0
    this.#accel.frames = 0
  }
}
