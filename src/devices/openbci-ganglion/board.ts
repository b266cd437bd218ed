/** A Ganglion seen from inside, after OpenBCI_Ganglion_Library: firmware 2 or 3. */
import { bleUuid } from '../../signal/index.ts'
import { type CountsSource, EegCounts } from '../_eeg/counts.ts'
import type { BleBoard, BoardVoice } from '../_fake-bluez/emulated-peripheral.ts'
import { Schedule } from '../_fake-bluez/schedule.ts'
import { microvoltsPerCount } from '../_ganglion/converter.ts'
import {
  channelCount,
  firstImpedanceId,
  ganglionService,
  lastTextId,
  packetBytes,
  putField,
  rateHz,
  samplesPerPacket,
  textId,
  uuids,
} from './packet.ts'

const impedanceSeconds = 0.25
/** What its test tells of channel 1 to 4 and the reference, kΩ of electrode and ground in series. */
export const toldKohm = [42, 11, 0, 310, 20]
const limit = 2 ** 23
const offKeys = '1234'
const onKeys = '!@#$'
/** Its square wave: how strong it is and how often it turns is not said anywhere. */
const squareMicrovolts = 500
const squareSamples = rateHz / 2

/** Counts of the four channels, as a board with this seed samples them. */
export function ganglionCounts(seed: number, source: CountsSource | null = null): EegCounts {
  return new EegCounts({
    source,
    channels: channelCount,
    rateHz,
    seed,
    microvoltsPerCount,
    zero: 0,
    lowest: -limit,
    highest: limit - 1,
  })
}

export class GanglionBoard implements BleBoard {
  readonly name: string
  readonly services: BleBoard['services']
  readonly advertised = [ganglionService]
  isStreaming = false
  readonly #voice: BoardVoice
  readonly #firmware: 2 | 3
  readonly #counts: EegCounts
  readonly #schedule = new Schedule()
  readonly #samples = new Int32Array(samplesPerPacket * channelCount)
  /** Firmware 2: what the listener has by now, as each difference loses its lowest bit. */
  readonly #known = new Int32Array(channelCount)
  #hasAccelerometer = true
  #isTesting = false
  readonly #isOff = new Uint8Array(channelCount)
  #hasSquare = false
  #sampled = 0
  #place = 0
  #tested = 0

  constructor(
    firmware: 2 | 3,
    seed: number,
    voice: BoardVoice,
    source: CountsSource | null = null,
  ) {
    this.#firmware = firmware
    this.name = firmware === 3 ? 'Ganglion 1.3.0-3f2a' : 'Ganglion-3f2a'
    this.#voice = voice
    this.#counts = ganglionCounts(seed, source)
    this.services = [
      {
        uuid: ganglionService,
        characteristics: [
          { uuid: uuids.receive, flags: ['read', 'notify'] },
          { uuid: uuids.send, flags: ['write', 'write-without-response'] },
          { uuid: uuids.disconnect, flags: ['write'] },
        ],
      },
      {
        uuid: bleUuid('180a'),
        characteristics: [{ uuid: uuids.softwareRevision, flags: ['read'] }],
      },
    ]
    // A cycle of firmware 2 has 101 packets in the time of 201 samples.
    const packetSeconds = firmware === 3 ? samplesPerPacket / rateHz : 201 / rateHz / 101
    this.#schedule.add(packetSeconds, () => this.#isTesting || this.#data())
    this.#schedule.add(impedanceSeconds, () => this.#isTesting && this.#impedance())
  }

  /** Connecting resets it. */
  connected(): void {
    this.#place = 0
    this.#isTesting = this.#hasSquare = false
    this.#isOff.fill(0)
    this.#hasAccelerometer = true
  }

  disconnected(): void {
    this.isStreaming = false
  }

  read(characteristic: string): Uint8Array {
    const revision = this.#firmware === 3 ? '3.0.2' : '2.0.1'
    return Buffer.from(characteristic === uuids.softwareRevision ? revision : '', 'latin1')
  }

  write(characteristic: string, bytes: Uint8Array): void {
    if (characteristic !== uuids.send) return
    const command = String.fromCharCode(bytes[0] ?? 0)
    if (command === 'b' && !this.isStreaming) this.#start()
    else if (command === 's') this.isStreaming = false
    else if (command === 'n' || command === 'N') this.#hasAccelerometer = command === 'n'
    else if (command === 'z' || command === 'Z') this.#isTesting = command === 'z'
    else if (command === '[' || command === ']') this.#hasSquare = command === '['
    else if (offKeys.includes(command)) this.#isOff[offKeys.indexOf(command)] = 1
    else if (onKeys.includes(command)) this.#isOff[onKeys.indexOf(command)] = 0
    else if (command === 'v') this.#say('OpenBCI Ganglion v2.0.1 $$$')
  }

  advance(seconds: number): void {
    this.#schedule.run(seconds)
  }

  #start(): void {
    this.isStreaming = true
    this.#place = 0
    this.#schedule.restart()
  }

  #data(): void {
    const bytes = new Uint8Array(packetBytes)
    if (this.#firmware === 2 && this.#place === 0) this.#seed(bytes)
    else this.#packed(bytes)
    this.#place = (this.#place + 1) % (this.#firmware === 3 ? 100 : 101)
    this.#voice.data(uuids.receive, bytes)
  }

  /** As it is at the inputs, but for those that are off or bear the square wave. */
  #sample(into: Int32Array, at: number): void {
    this.#counts.next(into, at)
    const isHigh = Math.floor(this.#sampled++ / squareSamples) % 2 === 0
    const square = Math.round((isHigh ? 1 : -1) * (squareMicrovolts / microvoltsPerCount))
    for (let c = 0; c < channelCount; c++) {
      if (this.#isOff[c]) into[at + c] = 0
      else if (this.#hasSquare) into[at + c] = square
    }
  }

  #seed(bytes: Uint8Array): void {
    this.#sample(this.#known, 0)
    const view = new DataView(bytes.buffer)
    for (let c = 0; c < channelCount; c++) {
      view.setUint8(1 + c * 3, (this.#known[c]! >> 16) & 255)
      view.setUint16(2 + c * 3, this.#known[c]! & 65535)
    }
  }

  #packed(bytes: Uint8Array): void {
    const width = this.#hasAccelerometer ? 18 : 19
    bytes[0] = this.#place + (this.#hasAccelerometer ? 0 : 100)
    const samples = this.#samples
    for (let f = 0; f < samplesPerPacket; f++) this.#sample(samples, f * channelCount)
    for (let i = 0; i < samples.length; i++) {
      putField(bytes, width, i, this.#toSend(samples[i]!, i % channelCount, width))
    }
    if (this.#hasAccelerometer) bytes[19] = [0, 3, -5 & 255, 62][this.#place % 10] ?? 0
  }

  /** The sample without its lowest bits, or what to subtract from the one before. */
  #toSend(sample: number, channel: number, width: 18 | 19): number {
    if (this.#firmware === 3) return sample >> (24 - width)
    const difference = this.#known[channel]! - sample
    this.#known[channel] = this.#known[channel]! - (difference & ~1)
    return difference
  }

  #impedance(): void {
    const input = this.#tested++ % toldKohm.length
    const bytes = new Uint8Array(packetBytes)
    // Its routine prints no digit for zero.
    bytes.set(Buffer.from(`${toldKohm[input] || ''}Z\n`, 'latin1'), 1)
    bytes[0] = firstImpedanceId + input
    this.#voice.answer(uuids.receive, bytes)
  }

  #say(text: string): void {
    for (let at = 0; at < text.length; at += packetBytes - 1) {
      const piece = Buffer.from(text.slice(at, at + packetBytes - 1), 'latin1')
      const id = at + packetBytes - 1 < text.length ? textId : lastTextId
      this.#voice.answer(uuids.receive, Uint8Array.of(id, ...piece))
    }
  }
}
