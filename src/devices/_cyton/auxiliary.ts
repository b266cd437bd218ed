/** What the six auxiliary bytes of a packet bear: the accelerometer, or pins. */
import {
  type ChunkBuffer,
  type DeviceOutput,
  type Gap,
  newChunkBuffer,
} from '../../signal/index.ts'
import { pinLabels } from './auxiliary-stream.ts'
import { int16, stop } from './packet.ts'

const maxFrames = 128
const aux = 26
const analogPins = 3
/** Bytes of D11, D12, D13, D17 and D18 among the six. */
const pinBytes = [0, 1, 2, 3, 5]

export class Accelerometer {
  readonly #out: DeviceOutput
  readonly #id: string
  readonly #chunk: ChunkBuffer
  readonly #axes = new Int16Array(3)
  #next = 0
  /** Axes of the reading that is being collected, each in a packet of its own. */
  #axesIn = 0

  constructor(out: DeviceOutput, id: string) {
    this.#out = out
    this.#id = id
    this.#chunk = newChunkBuffer({ format: 'int16', channels: 3, maxFrames })
  }

  packet(bytes: Uint8Array, at: number, hostTime: number): void {
    const axes = this.#axes
    const stopByte = bytes[at + 32]!
    if (stopByte === stop.accel) {
      for (let a = 0; a < 3; a++) axes[a] = int16(bytes, at + aux + a * 2)
      if (axes[0] !== 0 || axes[1] !== 0 || axes[2] !== 0) this.#accelerate(hostTime)
    } else if (stopByte === stop.accelTime || stopByte === stop.accelTimeSet) {
      const axis = (bytes[at + 1]! % 10) - 7
      if (axis < 0) return
      // A reading of which a packet was lost would mix two moments.
      this.#axesIn = axis === 0 ? 1 : this.#axesIn === axis ? axis + 1 : 0
      axes[axis] = int16(bytes, at + aux)
      if (this.#axesIn === 3) this.#accelerate(hostTime)
    }
  }

  #accelerate(hostTime: number): void {
    const chunk = this.#chunk
    if (chunk.frames === maxFrames) this.flush()
    const f = chunk.frames++
    if (f === 0) chunk.firstSample = this.#next
    this.#next++
    for (let a = 0; a < 3; a++) chunk.data[f * 3 + a] = this.#axes[a]!
    chunk.hostTime[f] = hostTime
  }

  /** Nobody knows which readings were in the packets that are missing. */
  lost(_packets: number, _exact: boolean, _reason: Gap['reason']): void {}

  flush(): void {
    if (this.#chunk.frames) this.#out.chunk(this.#id, this.#chunk)
    this.#chunk.frames = 0
  }
}

/** Pins: a value in every packet. A digital pin that rises is a marker too. */
export class Pins {
  readonly #out: DeviceOutput
  readonly #id: string
  readonly #chunk: ChunkBuffer
  readonly #channels: number
  readonly #source: string
  readonly #isDigital: boolean
  readonly #levels = new Int16Array(pinLabels.length)
  #next = 0

  /** @param source of the markers */
  constructor(out: DeviceOutput, id: string, isDigital: boolean, source: string) {
    this.#out = out
    this.#id = id
    this.#source = source
    this.#isDigital = isDigital
    this.#channels = isDigital ? pinLabels.length : analogPins
    this.#chunk = newChunkBuffer({ format: 'int16', channels: this.#channels, maxFrames })
  }

  packet(bytes: Uint8Array, at: number, hostTime: number): void {
    const chunk = this.#chunk
    if (chunk.frames === maxFrames) this.flush()
    const f = chunk.frames++
    if (f === 0) chunk.firstSample = this.#next
    const sample = this.#next++
    chunk.hostTime[f] = hostTime
    const hasPins = bytes[at + 32] === stop.raw
    const from = f * this.#channels
    for (let c = 0; c < this.#channels; c++) {
      if (!this.#isDigital) {
        chunk.data[from + c] = hasPins ? int16(bytes, at + aux + 2 * c) : 0
        continue
      }
      const level = hasPins ? bytes[at + aux + pinBytes[c]!]! : this.#levels[c]!
      chunk.data[from + c] = level
      if (level > 0 && this.#levels[c] === 0) this.#rose(c, sample, level, hostTime)
      this.#levels[c] = level
    }
  }

  #rose(pin: number, sample: number, value: number, time: number): void {
    const label = pinLabels[pin]!
    const marker = { time, label, durationSeconds: 0, source: this.#source, value }
    this.#out.marker(marker, { stream: this.#id, sample })
  }

  lost(lostSamples: number, exact: boolean, reason: Gap['reason']): void {
    this.flush()
    this.#out.gap(this.#id, { atSample: this.#next, lostSamples, exact, reason })
    this.#next += lostSamples
  }

  flush(): void {
    if (this.#chunk.frames) this.#out.chunk(this.#id, this.#chunk)
    this.#chunk.frames = 0
  }
}
