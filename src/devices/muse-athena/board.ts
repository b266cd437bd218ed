/** A Muse S Athena seen from inside, as far as recordings of one show it. */
import { type CountsSource, EegCounts } from '../_eeg/counts.ts'
import type { BleBoard, BoardVoice } from '../_fake-bluez/emulated-peripheral.ts'
import { Schedule } from '../_fake-bluez/schedule.ts'
import {
  answerPieces,
  athenaDataUuid,
  commandText,
  controlUuid,
  museService,
} from '../_muse/control.ts'
import {
  counterTurn,
  headerBytes,
  microvoltsPerCount,
  midCount,
  packValue,
  rateOf,
  type Sensor,
  sensors,
  ticksPerSecond,
} from './packet.ts'

/** Readings collect for so long, or until there is no room. */
const packetSeconds = 0.07
const largestPacket = 230
const betweenBytes = 5
const about = { ap: 'headset', hw: '11.0', fw: '3.1.4', sn: 'MUSE-ATHENA-3F2A', rc: 0 }

/** Counts of the eight electrodes, as a headband with this seed samples them. */
export function athenaCounts(seed: number, source: CountsSource | null = null): EegCounts {
  return new EegCounts({
    source,
    channels: 8,
    rateHz: rateOf.eeg,
    seed,
    microvoltsPerCount,
    zero: midCount,
    lowest: 0,
    highest: 2 * midCount - 1,
  })
}

/** Motion and light of sample `n`: what names it, so that it is known again. */
export function athenaCount(kind: 'motion' | 'light', n: number, channel: number): number {
  return kind === 'motion' ? ((n * 7 + channel * 1000) % 30_000) - 15_000 : n * 16 + channel
}

export class AthenaBoard implements BleBoard {
  readonly name = 'MuseS-3F2A'
  readonly services: BleBoard['services'] = [
    {
      uuid: museService,
      characteristics: [
        { uuid: controlUuid, flags: ['write-without-response', 'notify'] },
        { uuid: athenaDataUuid, flags: ['notify'] },
      ],
    },
  ]
  readonly advertised = [museService]
  isStreaming = false
  readonly #voice: BoardVoice
  readonly #counts: EegCounts
  readonly #frame = new Int32Array(8)
  #schedule = new Schedule()
  #preset = 'p21'
  #seconds = 0
  /** Its clock does not stop. */
  #ticksBefore = 0
  #packets = 0
  readonly #counters = new Map<number, number>()
  readonly #samples = { motion: 0, light: 0 }
  #waiting: { readonly tag: number; readonly counter: number; readonly reading: Uint8Array }[] = []

  constructor(seed: number, voice: BoardVoice, source: CountsSource | null = null) {
    this.#voice = voice
    this.#counts = athenaCounts(seed, source)
  }

  connected(): void {}

  disconnected(): void {
    this.isStreaming = false
  }

  read(): Uint8Array {
    return new Uint8Array(0)
  }

  write(characteristic: string, bytes: Uint8Array): void {
    if (characteristic !== controlUuid) return
    const text = commandText(bytes)
    if (/^p\d+$/.test(text)) this.#preset = text
    else if (text === 'dc001' && !this.isStreaming) this.#start()
    else if (text === 'h') this.isStreaming = false
    const answer = text === 'v6' ? about : { rc: 0 }
    for (const piece of answerPieces(answer)) this.#voice.answer(controlUuid, piece)
  }

  advance(seconds: number): void {
    this.#schedule.run(seconds)
    this.#seconds = seconds
  }

  #start(): void {
    this.isStreaming = true
    this.#ticksBefore += Math.round(this.#seconds * ticksPerSecond)
    this.#seconds = 0
    this.#waiting = []
    this.#schedule = new Schedule()
    for (const tag of tagsOf(this.#preset)) {
      const { kind, samples } = sensors.get(tag)!
      const period = kind === 'battery' ? 1 : samples / rateOf[kind as keyof typeof rateOf]
      let done = 0
      this.#schedule.add(period, () => this.#sense(tag, ++done * period))
    }
    let sent = 0
    this.#schedule.add(packetSeconds, () => this.#send(++sent * packetSeconds))
  }

  #sense(tag: number, seconds: number): void {
    const sensor = sensors.get(tag)!
    const counter = this.#counters.get(tag) ?? 0
    this.#counters.set(tag, (counter + 1) % counterTurn)
    const room = this.#waiting.reduce((sum, { reading }) => sum + betweenBytes + reading.length, 0)
    if (headerBytes + room + sensor.bytes > largestPacket) this.#send(seconds)
    this.#waiting.push({ tag, counter, reading: this.#reading(sensor) })
  }

  #reading(sensor: Sensor): Uint8Array {
    const { kind, channels, samples, bits } = sensor
    const bytes = new Uint8Array(sensor.bytes)
    const view = new DataView(bytes.buffer)
    if (kind === 'battery') view.setUint16(0, 58.25 * 256, true)
    for (let f = 0; f < samples; f++) {
      if (kind === 'eeg') this.#counts.next(this.#frame)
      const n = kind === 'motion' || kind === 'light' ? this.#samples[kind]++ : 0
      for (let c = 0; c < channels; c++) {
        const i = f * channels + c
        if (kind === 'eeg') packValue(bytes, 0, bits, i, this.#frame[c]!)
        else if (kind === 'light') packValue(bytes, 0, bits, i, athenaCount('light', n, c))
        else view.setInt16(i * 2, athenaCount('motion', n, c), true)
      }
    }
    return bytes
  }

  #send(seconds: number): void {
    const [first, ...others] = this.#waiting
    if (!first) return
    this.#waiting = []
    const between = others.flatMap(({ tag, counter, reading }) => [
      Uint8Array.of(tag, counter, 0, 0, 0),
      reading,
    ])
    const header = new Uint8Array(headerBytes)
    const view = new DataView(header.buffer)
    header[1] = this.#packets++ & 255
    view.setUint32(2, (this.#ticksBefore + Math.round(seconds * ticksPerSecond)) >>> 0, true)
    header.set([0x89, 0x93, 0x01, first.tag, first.counter], 6)
    const packet = Buffer.concat([header, first.reading, ...between])
    packet[0] = packet.length
    this.#voice.data(athenaDataUuid, packet)
  }
}

/** What recordings under these presets have in them. */
function tagsOf(preset: string): readonly number[] {
  if (preset === 'p1034') return [0x11, 0x35, 0x47, 0x98]
  if (preset === 'p1035') return [0x11, 0x34, 0x47, 0x98]
  if (/^p(10|41)/.test(preset)) return [0x12, 0x36, 0x47, 0x98]
  return [0x11, 0x47, 0x98]
}
