/** Notifications of a Muse to frames of its streams, with their gaps. */
import type { DeviceOutput, StreamInfo } from '../../signal/index.ts'
import { PacketStream } from '../_session/packet-stream.ts'
import { PartCollector } from '../_session/part-collector.ts'
import {
  eegCount,
  eegPerPacket,
  int16,
  motionPerPacket,
  packetBytes,
  ppgCount,
  ppgPerPacket,
  uint16,
} from './packet.ts'
import type { museStreams } from './streams.ts'

const turn = 65536

export interface WhichStreams {
  readonly aux: boolean
  readonly ppg: boolean
}

type Stream = keyof ReturnType<typeof museStreams>

export class MuseParser {
  /** Notifications that are not what their characteristic sends. */
  refused = 0
  readonly #streams = new Map<Stream, PacketStream>()
  readonly #eegParts: PartCollector
  readonly #ppgParts: PartCollector

  constructor(out: DeviceOutput, infos: ReturnType<typeof museStreams>, which: WhichStreams) {
    const add = (name: Stream, samples: number, parts: number, decode: Decode) =>
      this.#streams.set(
        name,
        new PacketStream(out, infos[name], {
          turn,
          samplesPerPacket: samples,
          maxBytes: parts * packetBytes,
          decode,
        }),
      )
    add('eeg', eegPerPacket, 4, decodeEeg)
    add('accel', motionPerPacket, 1, decodeAxes)
    add('gyro', motionPerPacket, 1, decodeAxes)
    if (which.aux) add('aux', eegPerPacket, 1, decodeAux)
    if (which.ppg) add('ppg', ppgPerPacket, 3, decodePpg)
    const into = (name: Stream) => (sequence: number, bytes: Uint8Array, hostTime: number) =>
      this.#streams.get(name)?.push(sequence, bytes, hostTime)
    this.#eegParts = new PartCollector(4, packetBytes, into('eeg'))
    this.#ppgParts = new PartCollector(3, packetBytes, into('ppg'))
  }

  get infos(): readonly StreamInfo[] {
    return [...this.#streams.values()].map(({ info }) => info)
  }

  get stale(): number {
    return [...this.#streams.values()].reduce((sum, { stale }) => sum + stale, 0)
  }

  /** @param part which electrode or wavelength it is */
  part(name: 'eeg' | 'ppg', part: number, bytes: Uint8Array, hostTime: number): void {
    if (!this.#isWhole(name, bytes)) return
    const parts = name === 'eeg' ? this.#eegParts : this.#ppgParts
    parts.push(part, uint16(bytes, 0), bytes, hostTime)
  }

  whole(name: 'aux' | 'accel' | 'gyro', bytes: Uint8Array, hostTime: number): void {
    if (!this.#isWhole(name, bytes)) return
    this.#streams.get(name)?.push(uint16(bytes, 0), bytes, hostTime)
  }

  settle(now: number): void {
    for (const stream of this.#streams.values()) stream.settle(now)
  }

  restarted(): void {
    this.#clearParts()
    for (const stream of this.#streams.values()) stream.restarted()
  }

  cut(): void {
    this.#clearParts()
    for (const stream of this.#streams.values()) stream.cut()
  }

  paused(): void {
    this.#clearParts()
    for (const stream of this.#streams.values()) stream.paused()
  }

  #clearParts(): void {
    this.#eegParts.clear()
    this.#ppgParts.clear()
  }

  #isWhole(name: Stream, bytes: Uint8Array): boolean {
    if (bytes.length === packetBytes) return true
    this.refused++
    this.#streams.get(name)?.refused()
    return false
  }
}

type Decode = ConstructorParameters<typeof PacketStream>[2]['decode']

const decodeEeg: Decode = (bytes, f, into, at) => {
  for (let part = 0; part < 4; part++) into[at + part] = eegCount(bytes, part * packetBytes, f)
}

const decodeAux: Decode = (bytes, f, into, at) => {
  into[at] = eegCount(bytes, 0, f)
}

const decodeAxes: Decode = (bytes, f, into, at) => {
  for (let axis = 0; axis < 3; axis++) into[at + axis] = int16(bytes, 2 + f * 6 + axis * 2)
}

const decodePpg: Decode = (bytes, f, into, at) => {
  for (let part = 0; part < 3; part++) into[at + part] = ppgCount(bytes, part * packetBytes, f)
}
