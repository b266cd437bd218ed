/** From packets to chunks: samples with their index, pairs of board and Daisy, auxiliary values. */
import {
  type ChunkBuffer,
  type DeviceOutput,
  type Gap,
  newChunkBuffer,
} from '../../signal/index.ts'
import { Accelerometer, Pins } from '../_cyton/auxiliary.ts'
import { gainOf } from '../_cyton/configuration.ts'
import type { CytonOptions } from '../_cyton/options.ts'
import { channelCount, hasBoardTime, int24, rateHz, uint32 } from '../_cyton/packet.ts'
import { type CytonStreams, finestGain } from './streams.ts'

const maxFrames = 128

export class CytonChunks {
  readonly #out: DeviceOutput
  readonly #id: string
  readonly #chunk: ChunkBuffer
  readonly #auxiliary: Accelerometer | Pins
  readonly #hasDaisy: boolean
  readonly #stride: number
  #nextSample = 0
  /** Packets since the first, the lost ones too; its parity is the counter's. */
  #nextPacket = -1
  /** The Daisy's half of the next sample, and the packet that brought it. */
  readonly #half = new Int32Array(channelCount)
  #halfPacket = -2

  /** Counts of the stream in a count of the converter: whole, so that no bit is lost. */
  readonly #factors: Int32Array

  constructor(out: DeviceOutput, streams: CytonStreams, options: CytonOptions) {
    const { eeg, auxiliary } = streams
    this.#out = out
    this.#id = eeg.id
    this.#stride = eeg.channels.length
    this.#hasDaisy = eeg.nominalRateHz < rateHz
    this.#factors = new Int32Array(this.#stride)
    this.set(options)
    this.#auxiliary =
      auxiliary.nominalRateHz === 0
        ? new Accelerometer(out, auxiliary.id)
        : new Pins(out, auxiliary.id, auxiliary.type === 'TRIG', 'openbci-cyton')
    this.#chunk = newChunkBuffer({
      format: 'int32',
      channels: this.#stride,
      maxFrames,
      deviceTime: true,
      sequence: true,
    })
  }

  /** From the next packet on. */
  set(options: CytonOptions): void {
    for (let c = 0; c < this.#stride; c++) this.#factors[c] = finestGain / gainOf(options, c)
  }

  packet(bytes: Uint8Array, at: number, hostTime: number): void {
    if (this.#hasDaisy) this.#halfOfPair(bytes, at, hostTime)
    else this.#frame(bytes, at, hostTime)
    this.#auxiliary.packet(bytes, at, hostTime)
  }

  #frame(bytes: Uint8Array, at: number, hostTime: number): void {
    const chunk = this.#chunk
    if (chunk.frames === maxFrames) this.flush()
    const f = chunk.frames++
    if (f === 0) chunk.firstSample = this.#nextSample
    this.#nextSample++
    const from = f * this.#stride
    for (let c = 0; c < channelCount; c++) {
      chunk.data[from + c] = int24(bytes, at + 2 + c * 3) * this.#factors[c]!
    }
    chunk.hostTime[f] = hostTime
    chunk.sequence![f] = bytes[at + 1]!
    const isStamped = hasBoardTime(bytes[at + 32]!)
    chunk.deviceTime![f] = isStamped ? uint32(bytes, at + 28) / 1000 : Number.NaN
  }

  /**
   * Even packets bear the Daisy, odd ones the board; a sample is an odd packet with the even one
   * before it. A packet that is missing voids its pair, never shifts the next.
   */
  #halfOfPair(bytes: Uint8Array, at: number, hostTime: number): void {
    const counter = bytes[at + 1]!
    if (this.#nextPacket < 0) this.#nextPacket = counter & 1
    // An estimated loss may have the wrong parity; the counter has not.
    if ((this.#nextPacket & 1) !== (counter & 1)) this.#nextPacket++
    const packet = this.#nextPacket++
    if ((counter & 1) === 0) {
      for (let c = 0; c < channelCount; c++) {
        this.#half[c] = int24(bytes, at + 2 + c * 3) * this.#factors[channelCount + c]!
      }
      this.#halfPacket = packet
      return
    }
    const sample = packet >> 1
    if (this.#halfPacket !== packet - 1) return
    if (sample > this.#nextSample) this.#voided(sample - this.#nextSample, true, 'lost')
    this.#frame(bytes, at, hostTime)
    const chunk = this.#chunk
    chunk.data.set(this.#half, (chunk.frames - 1) * this.#stride + channelCount)
  }

  /** Skips the indices of lost packets; what was collected before them leaves first. */
  lost(packets: number, exact: boolean, reason: Gap['reason']): void {
    this.#auxiliary.lost(packets, exact, reason)
    if (!this.#hasDaisy) {
      this.#voided(packets, exact, reason)
      return
    }
    this.#nextPacket += packets
    // A pair of which the second half is still to come is voided when that is known.
    const samples = (this.#nextPacket >> 1) - this.#nextSample
    if (samples > 0) this.#voided(samples, exact, reason)
  }

  #voided(lostSamples: number, exact: boolean, reason: Gap['reason']): void {
    this.flush()
    this.#out.gap(this.#id, { atSample: this.#nextSample, lostSamples, exact, reason })
    this.#nextSample += lostSamples
  }

  flush(): void {
    if (this.#chunk.frames) this.#out.chunk(this.#id, this.#chunk)
    this.#chunk.frames = 0
    this.#auxiliary.flush()
  }
}
