/** An NPG Lite seen from inside. */
import { type CountsSource, EegCounts } from '../_eeg/counts.ts'
import type { BleBoard, BoardVoice } from '../_fake-bluez/emulated-peripheral.ts'
import { Schedule } from '../_fake-bluez/schedule.ts'
import {
  channelCount,
  counterTurn,
  encodeSample,
  npgService,
  sampleBytes,
  uuids,
} from './packet.ts'

const rateHz = 500
const samplesPerPacket = 10

/** Counts of the three channels, as a board with this seed samples them. */
export function npgCounts(seed: number, source: CountsSource | null = null): EegCounts {
  return new EegCounts({
    source,
    channels: channelCount,
    rateHz,
    seed,
    microvoltsPerCount: 0.5,
    zero: 2048,
    lowest: 0,
    highest: 4095,
  })
}

export class NpgBoard implements BleBoard {
  readonly name = 'NPG-3F:2A:01'
  readonly services: BleBoard['services'] = [
    {
      uuid: npgService,
      characteristics: [
        { uuid: uuids.data, flags: ['notify'] },
        { uuid: uuids.control, flags: ['read', 'write', 'notify'] },
      ],
    },
  ]
  readonly advertised = [npgService]
  isStreaming = false
  readonly #voice: BoardVoice
  readonly #counts: EegCounts
  readonly #schedule = new Schedule()
  readonly #frame = new Int32Array(channelCount)
  #counter = 0

  constructor(seed: number, voice: BoardVoice, source: CountsSource | null = null) {
    this.#voice = voice
    this.#counts = npgCounts(seed, source)
    this.#schedule.add(samplesPerPacket / rateHz, () => this.#packet())
  }

  connected(): void {}

  disconnected(): void {
    this.isStreaming = false
  }

  read(): Uint8Array {
    return new Uint8Array(0)
  }

  write(characteristic: string, bytes: Uint8Array): void {
    if (characteristic !== uuids.control) return
    const command = Buffer.from(bytes).toString('latin1').trim()
    if (command === 'START' && !this.isStreaming) {
      this.isStreaming = true
      this.#counter = 0
      this.#schedule.restart()
    } else if (command === 'STOP') this.isStreaming = false
  }

  advance(seconds: number): void {
    this.#schedule.run(seconds)
  }

  #packet(): void {
    const bytes = new Uint8Array(samplesPerPacket * sampleBytes)
    for (let f = 0; f < samplesPerPacket; f++) {
      this.#counts.next(this.#frame)
      encodeSample(bytes, f, this.#counter, this.#frame)
      this.#counter = (this.#counter + 1) % counterTurn
    }
    this.#voice.data(uuids.data, bytes)
  }
}
