/**
 * MIDI 1.0 bytes to messages (the specification's "Data Format"): running status, real-time bytes
 * in the midst of a message, system-exclusive passed over. Pure; keeps no more than one message.
 */

export interface MidiListener {
  /**
   * @param status upper half of the status byte: 0x8 to 0xe
   * @param channel from 1
   */
  message(status: number, channel: number, first: number, second: number, hostTime: number): void
}

const realTime = 0xf8
const system = 0xf0
/** Data bytes of the system messages F0 to F7; an exclusive one ends with any status byte. */
const systemBytes = [0, 1, 2, 1, 0, 0, 0, 0]

export class MidiParser {
  readonly #listener: MidiListener
  /** Of the message that is being read or may be repeated; 0 while there is none. */
  #status = 0
  #first = -1
  /** Data bytes of a system message, which are passed over. */
  #passed = 0

  constructor(listener: MidiListener) {
    this.#listener = listener
  }

  push(bytes: Uint8Array, hostTime: number): void {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!
      if (byte >= realTime) continue
      if (byte >= 0x80) this.#statusByte(byte)
      else this.#dataByte(byte, hostTime)
    }
  }

  clear(): void {
    this.#status = 0
    this.#first = -1
    this.#passed = 0
  }

  #statusByte(byte: number): void {
    this.#first = -1
    this.#passed = byte >= system ? systemBytes[byte - system]! : 0
    // A system message ends what may be repeated.
    this.#status = byte < system ? byte : 0
  }

  #dataByte(byte: number, hostTime: number): void {
    if (this.#status === 0) {
      if (this.#passed > 0) this.#passed--
      return
    }
    const kind = this.#status >> 4
    const isSingle = kind === 0xc || kind === 0xd
    if (!isSingle && this.#first < 0) {
      this.#first = byte
      return
    }
    const first = isSingle ? byte : this.#first
    this.#first = -1
    const channel = (this.#status & 15) + 1
    this.#listener.message(kind, channel, first, isSingle ? 0 : byte, hostTime)
  }
}
