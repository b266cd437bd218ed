/**
 * A Muse seen from inside: obeys the commands, answers in its words, and sends what its preset
 * says. After the published reverse engineering of its protocol; its counters run on between starts.
 */
import { type CountsSource, EegCounts } from '../_eeg/counts.ts'
import type { BleBoard, BoardVoice } from '../_fake-bluez/emulated-peripheral.ts'
import { Schedule } from '../_fake-bluez/schedule.ts'
import { answerPieces, commandText, controlUuid, museService } from '../_muse/control.ts'
import {
  eegPerPacket,
  eegRateHz,
  encodeEeg,
  microvoltsPerCount,
  midCount,
  motionPerPacket,
  motionRateHz,
  packetBytes,
  ppgPerPacket,
  ppgRateHz,
  uuids,
} from './packet.ts'

export type MuseModel = '2016' | '2' | 'S'

const telemetrySeconds = 10
/** Without a word it goes to sleep. */
const sleepSeconds = 60
const about = { ap: 'headset', sp: 'RevE', tp: 'consumer', hw: '3.1', bn: 27, fw: '1.2.13', rc: 0 }
const status = { hn: 'Muse-3F2A', sn: '6002-CDEF-3F2A', bp: 78.5, ts: 0, rc: 0 }

/** Counts of the four electrodes and the auxiliary input, as a board with this seed samples them. */
export function museCounts(seed: number, source: CountsSource | null = null): EegCounts {
  return new EegCounts({
    source,
    channels: 5,
    rateHz: eegRateHz,
    seed,
    microvoltsPerCount,
    zero: midCount,
    lowest: 0,
    highest: 4095,
  })
}

/** The pulse, as the three wavelengths see it at sample `n`. */
export function pulseCounts(n: number): [number, number, number] {
  const pulse = Math.sin((2 * Math.PI * 1.2 * n) / ppgRateHz)
  return [2000, 90_000 + Math.round(900 * pulse), 60_000 + Math.round(500 * pulse)]
}

/** x, y, z of the motion sensor number `sensor` at sample `n`. */
export function motionCounts(sensor: 0 | 1, n: number): [number, number, number] {
  const sway = Math.round(400 * Math.sin((2 * Math.PI * 0.3 * n) / motionRateHz)) + 0
  return sensor === 0 ? [sway, 100 - sway, 16384] : [n % 100, sway, 100 - sway]
}

export class MuseBoard implements BleBoard {
  readonly name: string
  readonly services: BleBoard['services']
  readonly advertised = [museService]
  isStreaming = false
  readonly #voice: BoardVoice
  readonly #counts: EegCounts
  readonly #schedule = new Schedule()
  readonly #sequences = new Map<string, number>()
  readonly #hasPpg: boolean
  readonly #frame = new Int32Array(5)
  #preset = 'p21'
  #seconds = 0
  #heardAt = 0
  #motionPackets = [0, 0]
  #ppgPackets = 0

  constructor(
    model: MuseModel,
    seed: number,
    voice: BoardVoice,
    source: CountsSource | null = null,
  ) {
    this.name = model === 'S' ? 'MuseS-3F2A' : 'Muse-3F2A'
    this.#voice = voice
    this.#hasPpg = model !== '2016'
    this.#counts = museCounts(seed, source)
    const notifying = [...uuids.eeg, uuids.aux, uuids.gyroscope, uuids.accelerometer]
    const all = [...notifying, uuids.telemetry, ...(this.#hasPpg ? uuids.ppg : [])]
    this.services = [
      {
        uuid: museService,
        characteristics: [
          { uuid: controlUuid, flags: ['write-without-response', 'notify'] },
          ...all.map((uuid) => ({ uuid, flags: ['notify'] as const })),
        ],
      },
    ]
    this.#schedule.add(eegPerPacket / eegRateHz, () => this.#eeg())
    this.#schedule.add(motionPerPacket / motionRateHz, () => this.#motion(0, uuids.accelerometer))
    this.#schedule.add(motionPerPacket / motionRateHz, () => this.#motion(1, uuids.gyroscope))
    this.#schedule.add(ppgPerPacket / ppgRateHz, () => this.#ppg())
    this.#schedule.add(telemetrySeconds, () => this.#telemetry())
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
    this.#heardAt = this.#seconds
    const text = commandText(bytes)
    if (text === 'd') this.#resume()
    else if (text === 'h') this.isStreaming = false
    else if (/^p\d+$/.test(text)) this.#preset = text
    const answer = text === 'v1' ? about : text === 's' ? status : { rc: 0 }
    for (const piece of answerPieces(answer)) this.#voice.answer(controlUuid, piece)
  }

  advance(seconds: number): void {
    this.#seconds = seconds
    this.#schedule.run(seconds)
    if (seconds - this.#heardAt > sleepSeconds) this.isStreaming = false
  }

  #resume(): void {
    this.isStreaming = true
    this.#seconds = this.#heardAt = 0
    this.#schedule.restart()
  }

  /** The counter of the next notification on this characteristic. */
  #sequence(uuid: string): number {
    const sequence = this.#sequences.get(uuid) ?? 0
    this.#sequences.set(uuid, (sequence + 1) & 65535)
    return sequence
  }

  #eeg(): void {
    const samples = Array.from({ length: 5 }, () => new Int32Array(eegPerPacket))
    for (let i = 0; i < eegPerPacket; i++) {
      this.#counts.next(this.#frame)
      for (let c = 0; c < 5; c++) samples[c]![i] = this.#frame[c]!
    }
    for (const [c, uuid] of uuids.eeg.entries()) this.#sendEeg(uuid, samples[c]!)
    if (this.#preset !== 'p21') this.#sendEeg(uuids.aux, samples[4]!)
  }

  #sendEeg(uuid: string, counts: Int32Array): void {
    this.#voice.data(uuid, encodeEeg(this.#sequence(uuid), counts))
  }

  #motion(sensor: 0 | 1, uuid: string): void {
    const view = new DataView(new ArrayBuffer(packetBytes))
    view.setUint16(0, this.#sequence(uuid))
    const from = this.#motionPackets[sensor]! * motionPerPacket
    this.#motionPackets[sensor]!++
    for (let i = 0; i < motionPerPacket; i++) {
      for (const [axis, count] of motionCounts(sensor, from + i).entries()) {
        view.setInt16(2 + i * 6 + axis * 2, count)
      }
    }
    this.#voice.data(uuid, new Uint8Array(view.buffer))
  }

  #ppg(): void {
    if (!this.#hasPpg || /^p2/.test(this.#preset)) return
    const from = this.#ppgPackets++ * ppgPerPacket
    for (const [wavelength, uuid] of uuids.ppg.entries()) {
      const view = new DataView(new ArrayBuffer(packetBytes))
      view.setUint16(0, this.#sequence(uuid))
      for (let i = 0; i < ppgPerPacket; i++) {
        const count = pulseCounts(from + i)[wavelength]!
        view.setUint8(2 + i * 3, count >> 16)
        view.setUint16(3 + i * 3, count & 65535)
      }
      this.#voice.data(uuid, new Uint8Array(view.buffer))
    }
  }

  #telemetry(): void {
    const view = new DataView(new ArrayBuffer(packetBytes))
    const values = [this.#sequence(uuids.telemetry), 78.5 * 512, 1795, 4000, 29]
    for (const [i, value] of values.entries()) view.setUint16(i * 2, value)
    this.#voice.answer(uuids.telemetry, new Uint8Array(view.buffer))
  }
}
