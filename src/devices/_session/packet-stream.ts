/** One stream of a board that sends packets with a counter: from packets to frames, with gaps. */
import type { DeviceOutput, GapReason, StreamInfo } from '../../signal/index.ts'
import { type OrderListener, type OrderShape, PacketOrder } from './packet-order.ts'
import { StreamWriter } from './stream-writer.ts'

export interface PacketStreamShape extends Omit<OrderShape, 'packetsPerSecond'> {
  readonly samplesPerPacket: number
  /** Where packets bear the device's clock, in seconds. */
  readonly deviceTime?: (bytes: Uint8Array) => number
  /** Writes the channels of frame `f` of the packet to `into[at]` and on. */
  readonly decode: (
    bytes: Uint8Array,
    f: number,
    into: { [index: number]: number },
    at: number,
  ) => void
}

/** Every frame carries the counter of its packet, and the packet's time where it bears one. */
export const packetColumns = { deviceTime: false, sequence: true } as const

export class PacketStream implements OrderListener {
  readonly #writer: StreamWriter
  readonly #order: PacketOrder
  readonly #shape: PacketStreamShape

  constructor(out: DeviceOutput, info: StreamInfo, shape: PacketStreamShape) {
    this.#shape = shape
    const deviceTime = shape.deviceTime !== undefined
    this.#writer = new StreamWriter(out, info, { ...packetColumns, deviceTime })
    const packetsPerSecond = info.nominalRateHz / shape.samplesPerPacket
    this.#order = new PacketOrder({ ...shape, packetsPerSecond }, this)
  }

  get info(): StreamInfo {
    return this.#writer.info
  }

  /** Packets that were late, came twice, or bore a counter that cannot be. */
  get stale(): number {
    return this.#order.stale
  }

  push(counter: number, bytes: Uint8Array, hostTime: number): void {
    this.#order.push(counter, bytes, hostTime)
    this.#writer.flush()
  }

  refused(): void {
    this.#order.refused()
  }

  settle(now: number): void {
    this.#order.settle(now)
    this.#writer.flush()
  }

  restarted(): void {
    this.#order.restarted()
    this.#writer.flush()
  }

  cut(): void {
    this.#order.cut()
    this.#writer.flush()
  }

  paused(): void {
    this.#order.paused()
    this.#writer.flush()
  }

  packet(bytes: Uint8Array, counter: number, hostTime: number): void {
    const { samplesPerPacket, decode } = this.#shape
    const deviceTime = this.#shape.deviceTime?.(bytes)
    const { data } = this.#writer
    for (let f = 0; f < samplesPerPacket; f++) {
      const at = this.#writer.frame(hostTime, counter, deviceTime)
      decode(bytes, f, data, at)
    }
  }

  lost(packets: number, exact: boolean, reason: GapReason): void {
    this.#writer.lost(packets * this.#shape.samplesPerPacket, exact, reason)
  }
}
