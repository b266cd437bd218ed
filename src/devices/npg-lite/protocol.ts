/** A connected NPG Lite: start and stop, and the way from its notifications to samples. */
import {
  type BleLink,
  type Channel,
  type Origin,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import type { BleHost, BleProtocol } from '../_session/ble-session.ts'
import { PacketStream, packetColumns } from '../_session/packet-stream.ts'
import type { NpgOptions } from './options.ts'
import { counterTurn, decodeSample, isPacket, sampleBytes, uuids } from './packet.ts'

export async function npgProtocol(
  link: BleLink,
  host: BleHost,
  options: NpgOptions,
): Promise<BleProtocol> {
  if (!link.characteristics.has(uuids.data) || !link.characteristics.has(uuids.control)) {
    throw new SynapseError('wrong-device', `greeting ${link.name}: it is not an NPG Lite`)
  }
  return new NpgProtocol(link.name, host, options)
}

function npgStream(name: string, options: NpgOptions): StreamInfo {
  const { gain, adcReferenceV, adcBits, labels, signal, rateHz } = options
  const scale = gain ? (adcReferenceV * 1e6) / 2 ** adcBits / gain : 1
  const offset = gain ? -scale * 2 ** (adcBits - 1) : 0
  const origin: Origin = {
    source: 'npg-lite',
    manufacturer: 'Upside Down Labs',
    model: 'NPG Lite',
    settings: { name, adcReferenceV, adcBits, ...(gain ? { gain } : {}) },
  }
  const channel = (label: string): Channel => ({
    label,
    type: signal,
    unit: gain ? 'uV' : '1',
    scale,
    offset,
    range: [offset, (2 ** adcBits - 1) * scale + offset],
  })
  return {
    id: 'npg-lite/signal',
    name: `NPG Lite ${signal}`,
    type: signal,
    sampleFormat: 'int16',
    nominalRateHz: rateHz,
    channels: labels.map(channel),
    origin,
  }
}

class NpgProtocol implements BleProtocol {
  readonly streams: readonly StreamInfo[]
  readonly carries: BleProtocol['carries']
  readonly #host: BleHost
  readonly #samples: number
  readonly #stream: PacketStream
  #refused = 0

  constructor(name: string, host: BleHost, options: NpgOptions) {
    this.#host = host
    this.#samples = options.samplesPerPacket
    const info = npgStream(name, options)
    this.streams = [info]
    this.carries = { [info.id]: packetColumns }
    this.#stream = new PacketStream(host.out, info, {
      turn: counterTurn,
      step: options.samplesPerPacket,
      samplesPerPacket: options.samplesPerPacket,
      maxBytes: options.samplesPerPacket * sampleBytes,
      decode: decodeSample,
    })
  }

  async attach(link: BleLink): Promise<void> {
    await link.subscribe(uuids.data, (bytes, hostTime) => this.#notified(bytes, hostTime))
  }

  start(link: BleLink): Promise<void> {
    return this.#say(link, 'START')
  }

  stop(link: BleLink): Promise<void> {
    return this.#say(link, 'STOP')
  }

  settle(now: number): void {
    this.#stream.settle(now)
  }

  restarted(): void {
    this.#stream.restarted()
  }

  cut(): void {
    this.#stream.cut()
  }

  paused(): void {
    this.#stream.paused()
    const value = this.#refused + this.#stream.stale
    this.#host.out.fact({ name: 'refused', value, unit: 'packets' })
  }

  #say(link: BleLink, command: string): Promise<void> {
    return link.write(uuids.control, Buffer.from(command, 'latin1'), true)
  }

  #notified(bytes: Uint8Array, hostTime: number): void {
    this.#host.heard(hostTime)
    if (isPacket(bytes, this.#samples)) this.#stream.push(bytes[0]!, bytes, hostTime)
    else {
      this.#refused++
      this.#stream.refused()
    }
  }
}
