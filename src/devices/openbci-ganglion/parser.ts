/** Notifications of a Ganglion to samples, with their gaps; impedances and text go their own way. */
import type { DeviceOutput, GapReason } from '../../signal/index.ts'
import { type OrderListener, PacketOrder } from '../_session/packet-order.ts'
import { packetColumns } from '../_session/packet-stream.ts'
import { StreamWriter } from '../_session/stream-writer.ts'
import {
  channelCount,
  field,
  firstImpedanceId,
  impedanceKohmOf,
  int24,
  lastImpedanceId,
  lastTextId,
  packetBytes,
  rateHz,
  samplesPerPacket,
  textId,
} from './packet.ts'
import type { ganglionStreams } from './streams.ts'

export interface GanglionListener {
  /** @param input 0 to 3 for the channels, 4 for the reference */
  impedance(input: number, kohm: number): void
  text(text: string): void
}

/** Firmware 2 sends a whole sample and then 100 packets of differences. */
const cyclePackets = 101
const cycleSamples = 1 + 100 * samplesPerPacket
const textLimit = 4096

export class GanglionParser implements OrderListener {
  /** Notifications that are none of a Ganglion's. */
  refused = 0
  readonly #isDelta: boolean
  readonly #listener: GanglionListener
  readonly #eeg: StreamWriter
  readonly #accel: StreamWriter
  readonly #order: PacketOrder
  /** Firmware 2: the sample before, and whether it is known. */
  readonly #last = new Int32Array(channelCount)
  #isSeeded = false
  /** Samples that came but cannot be known, as a packet before them is missing. */
  #unknown = 0
  /** Place in its cycle of the packet that is due. */
  #place = -1
  readonly #axes = new Int16Array(3)
  /** Axes of the reading that is being collected, each in a packet of its own. */
  #axesIn = 0
  #text = ''

  constructor(
    out: DeviceOutput,
    infos: ReturnType<typeof ganglionStreams>,
    firmware: 2 | 3,
    listener: GanglionListener,
  ) {
    this.#isDelta = firmware === 2
    this.#listener = listener
    this.#eeg = new StreamWriter(out, infos.eeg, packetColumns)
    this.#accel = new StreamWriter(out, infos.accel, { deviceTime: false, sequence: false })
    const turn = this.#isDelta ? cyclePackets : 100
    const samplesPerTurn = this.#isDelta ? cycleSamples : 100 * samplesPerPacket
    const packetsPerSecond = (rateHz * turn) / samplesPerTurn
    this.#order = new PacketOrder({ turn, packetsPerSecond, maxBytes: packetBytes }, this)
  }

  get stale(): number {
    return this.#order.stale
  }

  notified(bytes: Uint8Array, hostTime: number): void {
    const id = bytes[0] ?? 255
    // Impedances and text may be shorter.
    const isData = id < firstImpedanceId && id <= (this.#isDelta ? 200 : 199)
    if (isData && bytes.length === packetBytes) {
      this.#order.push(this.#counterOf(id), bytes, hostTime)
      this.#flush()
    } else if (id >= firstImpedanceId && id <= lastImpedanceId) this.#impedance(bytes, id)
    else if (id === textId || id === lastTextId) this.#piece(bytes, id)
    else {
      this.refused++
      this.#order.refused()
    }
  }

  settle(now: number): void {
    this.#order.settle(now)
    this.#flush()
  }

  restarted(): void {
    this.#order.restarted()
    this.#flush()
  }

  set(): void {
    this.#order.set()
    this.#flush()
  }

  cut(): void {
    this.#order.cut()
    this.#flush()
  }

  paused(): void {
    this.#order.paused()
    this.#forget()
    this.#isSeeded = false
    this.#place = -1
    this.#flush()
  }

  packet(bytes: Uint8Array, counter: number, hostTime: number): void {
    const id = bytes[0]!
    const place = this.#place
    this.#place = (counter + 1) % (this.#isDelta ? cyclePackets : 100)
    if (place >= 0 && place !== counter) this.#isSeeded = false
    if (this.#isDelta) this.#differences(bytes, id, hostTime)
    else this.#samples(bytes, id, id < 100 ? 18 : 19, hostTime)
    if (this.#isDelta ? id >= 1 && id <= 100 : id < 100) this.#axis(bytes, counter % 10, hostTime)
  }

  lost(packets: number, exact: boolean, reason: GapReason): void {
    this.#forget()
    this.#axesIn = 0
    if (!this.#isDelta) {
      this.#eeg.lost(packets * samplesPerPacket, exact, reason)
      return
    }
    this.#isSeeded = false
    const seeds = seedsBetween(this.#place, packets)
    this.#eeg.lost(packets * samplesPerPacket - seeds, exact, reason)
    this.#place = -1
  }

  #counterOf(id: number): number {
    if (!this.#isDelta) return id % 100
    return id > 100 ? id - 100 : id
  }

  #samples(bytes: Uint8Array, id: number, width: 18 | 19, hostTime: number): void {
    const { data } = this.#eeg
    for (let f = 0; f < samplesPerPacket; f++) {
      const at = this.#eeg.frame(hostTime, id)
      for (let c = 0; c < channelCount; c++) {
        data[at + c] = field(bytes, width, f * channelCount + c) << (24 - width)
      }
    }
  }

  #differences(bytes: Uint8Array, id: number, hostTime: number): void {
    const last = this.#last
    if (id === 0) {
      this.#forget()
      this.#isSeeded = true
      for (let c = 0; c < channelCount; c++) last[c] = int24(bytes, 1 + c * 3)
      this.#put(id, hostTime)
      return
    }
    if (!this.#isSeeded) {
      this.#unknown += samplesPerPacket
      return
    }
    const width = id <= 100 ? 18 : 19
    for (let f = 0; f < samplesPerPacket; f++) {
      for (let c = 0; c < channelCount; c++) {
        last[c]! -= field(bytes, width, f * channelCount + c)
      }
      this.#put(id, hostTime)
    }
  }

  #put(id: number, hostTime: number): void {
    const at = this.#eeg.frame(hostTime, id)
    for (let c = 0; c < channelCount; c++) this.#eeg.data[at + c] = this.#last[c]!
  }

  /** Samples whose predecessor is missing are lost as well. */
  #forget(): void {
    if (this.#unknown) this.#eeg.lost(this.#unknown, true, 'lost')
    this.#unknown = 0
  }

  #axis(bytes: Uint8Array, digit: number, hostTime: number): void {
    if (digit < 1 || digit > 3) return
    const axis = digit - 1
    // A reading of which a packet was lost would mix two moments.
    this.#axesIn = axis === 0 ? 1 : this.#axesIn === axis ? axis + 1 : 0
    this.#axes[axis] = (bytes[19]! << 24) >> 24
    if (this.#axesIn !== 3) return
    const at = this.#accel.frame(hostTime)
    for (let a = 0; a < 3; a++) this.#accel.data[at + a] = this.#axes[a]!
  }

  #impedance(bytes: Uint8Array, id: number): void {
    const kohm = impedanceKohmOf(bytes)
    if (Number.isNaN(kohm)) this.refused++
    else this.#listener.impedance(id - firstImpedanceId, kohm)
  }

  #piece(bytes: Uint8Array, id: number): void {
    this.#text += String.fromCharCode(...bytes.subarray(1))
    if (this.#text.length > textLimit) this.#text = ''
    if (id !== lastTextId) return
    this.#listener.text(this.#text.replaceAll('\0', '').trim())
    this.#text = ''
  }

  #flush(): void {
    this.#eeg.flush()
    this.#accel.flush()
  }
}

/** How many of so many packets from this place on are whole samples. */
function seedsBetween(place: number, packets: number): number {
  const from = place < 0 ? 1 : place
  const toFirst = (cyclePackets - from) % cyclePackets
  return packets > toFirst ? 1 + Math.floor((packets - 1 - toFirst) / cyclePackets) : 0
}
