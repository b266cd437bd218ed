/** Which MIDI messages are markers, and what they say. */
import type { DeviceOutput } from '../../signal/index.ts'
import type { MarkerReader } from '../_session/marker-session.ts'
import type { MidiOptions, midiKinds } from './options.ts'
import { MidiParser } from './parser.ts'

type Kind = (typeof midiKinds)[number]

const middle = 8192

export class MidiReader implements MarkerReader {
  readonly #out: DeviceOutput
  readonly #options: MidiOptions
  readonly #parser: MidiParser

  constructor(out: DeviceOutput, options: MidiOptions) {
    this.#out = out
    this.#options = options
    this.#parser = new MidiParser({
      message: (status, channel, first, second, hostTime) =>
        this.#message(status, channel, first, second, hostTime),
    })
  }

  bytes(bytes: Uint8Array, hostTime: number): void {
    this.#parser.push(bytes, hostTime)
  }

  cut(): void {
    this.#parser.clear()
  }

  /** A note's value is its velocity, a controller's its position. */
  #message(status: number, channel: number, first: number, second: number, time: number): void {
    if (status === 0x9 && second > 0) this.#mark('note-on', channel, `note ${first}`, second, time)
    // Many keyboards say "off" by a velocity of 0.
    else if (status === 0x9) this.#mark('note-off', channel, `note off ${first}`, 0, time)
    else if (status === 0x8) this.#mark('note-off', channel, `note off ${first}`, second, time)
    else if (status === 0xb) this.#mark('control', channel, `control ${first}`, second, time)
    else if (status === 0xc) this.#mark('program', channel, `program ${first}`, first, time)
    else if (status === 0xe) {
      this.#mark('pitch', channel, 'pitch', first + 128 * second - middle, time)
    }
  }

  #mark(kind: Kind, channel: number, label: string, value: number, time: number): void {
    const { kinds, channel: wanted } = this.#options
    if (!kinds.includes(kind) || (wanted !== null && wanted !== channel)) return
    const source = `midi/channel ${channel}`
    this.#out.marker({ time, label, durationSeconds: 0, source, value })
  }
}
