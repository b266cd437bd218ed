/** Notifications of an Athena to frames of its streams, with their gaps. */
import type { DeviceOutput, Origin, StreamInfo } from '../../signal/index.ts'
import { PacketStream, type PacketStreamShape } from '../_session/packet-stream.ts'
import {
  counterTurn,
  int16At,
  packedValue,
  type Sensor,
  sensors,
  ticksAt,
  ticksPerSecond,
  walk,
} from './packet.ts'
import { athenaStream } from './streams.ts'

/** A reading waits together with its packet's time. */
const timeBytes = 4

interface Reading {
  readonly stream: PacketStream
  /** What is pushed: time and reading. */
  readonly bytes: Uint8Array
}

export class AthenaParser {
  /** Bytes that are not understood. */
  refused = 0
  /** Readings of sensors that were not announced. */
  unannounced = 0
  readonly infos: readonly StreamInfo[]
  readonly #readings = new Map<number, Reading>()
  readonly #battery: (percent: number) => void
  #bytes: Uint8Array = new Uint8Array(0)
  #hostTime = 0

  /** @param tags of the sensors that send */
  constructor(
    out: DeviceOutput,
    tags: readonly number[],
    origin: Origin,
    battery: (percent: number) => void,
  ) {
    this.#battery = battery
    const infos: StreamInfo[] = []
    for (const tag of tags) {
      const sensor = sensors.get(tag)!
      const info = athenaStream(sensor, origin)
      // Two widths of one kind do not come from one preset.
      if (!info || infos.some(({ id }) => id === info.id)) continue
      infos.push(info)
      this.#readings.set(tag, {
        stream: new PacketStream(out, info, shapeOf(sensor)),
        bytes: new Uint8Array(timeBytes + sensor.bytes),
      })
    }
    this.infos = infos
  }

  get stale(): number {
    return [...this.#readings.values()].reduce((sum, { stream }) => sum + stream.stale, 0)
  }

  notified(bytes: Uint8Array, hostTime: number): void {
    this.#bytes = bytes
    this.#hostTime = hostTime
    const unread = bytes.length === 0 ? 1 : walk(bytes, this.#visit)
    if (unread === 0) return
    this.refused += unread
    for (const { stream } of this.#readings.values()) stream.refused()
  }

  settle(now: number): void {
    for (const { stream } of this.#readings.values()) stream.settle(now)
  }

  restarted(): void {
    for (const { stream } of this.#readings.values()) stream.restarted()
  }

  cut(): void {
    for (const { stream } of this.#readings.values()) stream.cut()
  }

  paused(): void {
    for (const { stream } of this.#readings.values()) stream.paused()
  }

  readonly #visit = (tag: number, counter: number, at: number, packetAt: number): void => {
    const bytes = this.#bytes
    const reading = this.#readings.get(tag)
    if (!reading) {
      const { kind } = sensors.get(tag)!
      if (kind === 'battery') this.#battery((bytes[at]! | (bytes[at + 1]! << 8)) / 256)
      else if (kind !== 'unknown') this.unannounced++
      return
    }
    const own = reading.bytes
    for (let i = 0; i < timeBytes; i++) own[i] = bytes[packetAt + 2 + i]!
    for (let i = timeBytes; i < own.length; i++) own[i] = bytes[at + i - timeBytes]!
    reading.stream.push(counter, own, this.#hostTime)
  }
}

function shapeOf({ bytes, channels, samples, bits }: Sensor): PacketStreamShape {
  const decodePacked: PacketStreamShape['decode'] = (from, f, into, at) => {
    for (let c = 0; c < channels; c++) {
      into[at + c] = packedValue(from, timeBytes, bits, f * channels + c)
    }
  }
  const decodeWhole: PacketStreamShape['decode'] = (from, f, into, at) => {
    for (let c = 0; c < channels; c++) {
      into[at + c] = int16At(from, timeBytes + (f * channels + c) * 2)
    }
  }
  return {
    turn: counterTurn,
    samplesPerPacket: samples,
    maxBytes: timeBytes + bytes,
    // The time stands where a header has it, two bytes further on.
    deviceTime: (from) => ticksAt(from, -2) / ticksPerSecond,
    decode: bits ? decodePacked : decodeWhole,
  }
}
