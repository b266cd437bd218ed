/**
 * A Cyton seen from the dongle's side: takes the command bytes, answers in the firmware's words,
 * and makes a packet whenever it is asked to. Pure: no timer, no port. After OpenBCI_32bit_Library
 * (firmware 3.1) and OpenBCI_Radios.
 */

import { Amplifier, type BoardSource } from '../_cyton/amplifier.ts'
import { pinLabels } from '../_cyton/auxiliary-stream.ts'
import { channelCount, encodePacket, packetBytes, rateHz, stop } from '../_cyton/packet.ts'
import type { SerialBoard } from '../_emulator/pty-board.ts'
import { damaged } from './damage.ts'

export interface BoardParts {
  /** At the inputs, from the first; an input without one has 10 kΩ. */
  readonly electrodeOhms?: readonly number[]
  readonly hasDaisy?: boolean
  /** The radio channels that board and dongle stand on. */
  readonly boardRadio?: number
  readonly dongleRadio?: number
}

const firmware = 'v3.1.2'
const configured = 'Success: Configured internal test signal.$$$'
/** Answers to commands of one character. */
const answers: Record<string, string> = {
  V: `${firmware}$$$`,
  d: 'updating channel settings to default$$$',
  D: '060110$$$',
  '?': `Board ADS Registers\nADS_ID, 00, 3E\n$$$`,
  j: 'Total Elapsed Time: 1 mS\nSD file closed$$$',
}
const testCommands = '0-=[]p'
const cardCommands = 'aASFGHJKL'
/** Commands of several characters: how many follow the first. */
const following: Record<string, number> = { x: 8, z: 4, '~': 1, '/': 1, '`': 1 }
const rates = ['16000', '8000', '4000', '2000', '1000', '500', '250']
const modes = ['default', 'debug', 'analog', 'digital', 'marker', 'BLE']
const inputKeys = '12345678QWERTYUI'
const offKeys = '12345678qwertyui'
const onKeys = '!@#$%^&*QWERTYUI'
const unreachable = 'Failure: Communications timeout - Device failed to poll Host$$$'
const usualRadio = 7

export class CytonBoard implements SerialBoard {
  readonly packetsPerSecond = rateHz
  readonly maxPacketBytes = packetBytes
  readonly damaged = damaged
  streaming = false
  /** Levels of the digital pins D11 D12 D13 D17 D18, or counts of A5 A6 A7. */
  readonly pins = new Int16Array(5)
  readonly #reply: (text: string) => void
  readonly #amplifier: Amplifier
  readonly #hasDaisy: boolean
  /** The last value that was not zero: what a stamped packet bears one axis of. */
  readonly #axes = new Int16Array(3)
  readonly #aux = new Uint8Array(6)
  readonly #before: Int32Array
  readonly #sent = new Int32Array(channelCount)
  #boardRadio: number
  #dongleRadio: number
  #isPaired = false
  #isRefusing = false
  #pending = ''
  #counter = 0
  #mode = 'default'
  #timeSet: 'off' | 'first' | 'on' = 'off'

  constructor(source: BoardSource, reply: (text: string) => void, parts: BoardParts = {}) {
    const { electrodeOhms = [], hasDaisy = false } = parts
    this.#reply = reply
    this.#hasDaisy = hasDaisy
    this.#amplifier = new Amplifier(source, electrodeOhms, hasDaisy ? 16 : channelCount)
    this.#before = new Int32Array(this.#amplifier.counts.length)
    this.#boardRadio = parts.boardRadio ?? usualRadio
    this.#dongleRadio = parts.dongleRadio ?? this.#boardRadio
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.#pending += String.fromCharCode(byte)
      const first = this.#pending[0]!
      if (this.#pending.length <= this.#followingBytes(first)) continue
      const command = this.#pending
      this.#pending = ''
      if (first === '\xf0') this.#radio(command.charCodeAt(1), command.charCodeAt(2))
      else if (this.#boardRadio !== this.#dongleRadio) this.#reply(unreachable)
      else if (first in following) this.#longCommand(command)
      else this.#shortCommand(first)
    }
  }

  /** Of a command to the dongle, its second byte tells. */
  #followingBytes(first: string): number {
    if (first !== '\xf0') return following[first] ?? 0
    return this.#pending[1] === '\x01' || this.#pending[1] === '\x02' ? 2 : 1
  }

  /**
   * Writes the packet of the next sample into `into`.
   * @param boardMs time since the board was switched on
   * @returns its length; 0 when the source has ended
   */
  packet(into: Uint8Array, boardMs: number): number {
    const { counts, accel } = this.#amplifier
    this.#before.set(counts)
    if (!this.#amplifier.next()) {
      this.streaming = false
      return 0
    }
    if (accel.some((value) => value !== 0)) this.#axes.set(accel)
    const stopByte = this.#auxiliary(boardMs)
    const isPaired = this.#isPaired
    const from = isPaired && (this.#counter & 1) === 0 ? channelCount : 0
    for (let c = 0; c < channelCount; c++) {
      const value = counts[from + c]!
      this.#sent[c] = isPaired ? Math.trunc((value + this.#before[from + c]!) / 2) : value
    }
    encodePacket(
      { counter: this.#counter, counts: this.#sent, aux: this.#aux, stop: stopByte },
      into.subarray(0, packetBytes),
    )
    this.#counter = (this.#counter + 1) & 255
    return packetBytes
  }

  /** `D17 1` raises a pin; `refuse 1` makes it say no to channel settings. */
  command(word: string, value: number): string | undefined {
    if (word === 'refuse') {
      this.#isRefusing = value > 0
      return `${word} ${Number(this.#isRefusing)}`
    }
    const pin = (pinLabels as readonly string[]).indexOf(word)
    if (pin < 0) return undefined
    this.pins[pin] = value > 0 ? 1 : 0
    return `${word} ${this.pins[pin]}`
  }

  #auxiliary(boardMs: number): number {
    const view = new DataView(this.#aux.buffer)
    this.#aux.fill(0)
    if (this.#mode === 'digital') {
      this.pins.forEach((level, pin) => {
        this.#aux[pin === 4 ? 5 : pin] = level
      })
      return stop.raw
    }
    if (this.#mode === 'analog') {
      for (let pin = 0; pin < 3; pin++) view.setInt16(2 * pin, this.pins[pin]!)
      return stop.raw
    }
    if (this.#timeSet === 'off') {
      this.#amplifier.accel.forEach((value, axis) => {
        view.setInt16(axis * 2, value)
      })
      return stop.accel
    }
    const axis = (this.#counter % 10) - 7
    if (axis >= 0) view.setInt16(0, this.#axes[axis]!)
    view.setUint32(2, boardMs >>> 0)
    const first = this.#timeSet === 'first'
    this.#timeSet = 'on'
    return first ? stop.accelTimeSet : stop.accelTime
  }

  #shortCommand(command: string): void {
    const off = offKeys.indexOf(command)
    const on = onKeys.indexOf(command)
    if (off >= 0) this.#amplifier.switch(off, true)
    else if (on >= 0) this.#amplifier.switch(on, false)
    else if (command === 'b') this.streaming = true
    else if (command === 's') this.streaming = false
    else if (command === 'v') this.#reset()
    else if (command === 'C') this.#attach()
    else if (command === 'c') this.#detach()
    else if (command === '<') this.#setTime('first', 'Time stamp ON$$$')
    else if (command === '>') this.#setTime('off', 'Time stamp OFF$$$')
    else if (testCommands.includes(command)) {
      this.#amplifier.test(command)
      this.#answer(configured)
    } else if (cardCommands.includes(command)) {
      this.#answer('Wiring is correct and a card is present.\nCorresponding SD file OBCI_01.TXT$$$')
    } else if (command in answers) {
      if (command === 'd') this.#amplifier.reset()
      this.#answer(answers[command]!)
    }
  }

  #reset(): void {
    this.streaming = false
    this.#isPaired = false
    this.#amplifier.reset()
    this.#mode = 'default'
    this.#timeSet = 'off'
    const banner = [
      'OpenBCI V3 8-16 channel',
      'On Board ADS1299 Device ID: 0x3E',
      ...(this.#hasDaisy ? ['On Daisy ADS1299 Device ID: 0x3E'] : []),
      'LIS3DH Device ID: 0x33',
      `Firmware: ${firmware}`,
      '$$$',
    ]
    this.#answer(banner.join('\n'))
  }

  #attach(): void {
    this.#isPaired = this.#hasDaisy
    this.#answer(this.#hasDaisy ? 'daisy attached16$$$' : 'no daisy to attach!8$$$')
  }

  #detach(): void {
    this.#isPaired = false
    this.#answer('daisy removed$$$')
  }

  #setTime(to: 'off' | 'first', text: string): void {
    this.#timeSet = to
    this.#answer(text)
  }

  #longCommand(command: string): void {
    const [first, argument = ''] = command
    const channel = inputKeys.indexOf(argument)
    switch (first) {
      case 'x':
        if (command.at(-1) === 'X') this.#setChannel(channel, command.slice(2, 8))
        else this.#answer('Failure: Err: 9th char not X$$$')
        return
      case 'z':
        if (command.at(-1) === 'Z') this.#leadOff(channel, command.slice(2, 4))
        else this.#answer('Failure: Err: 5th char not Z$$$')
        return
      case '~':
        this.#answer(`Success: Sample rate is ${rates[Number(argument)] ?? '250'}Hz$$$`)
        return
      case '/':
        this.#mode = modes[Number(argument)] ?? 'default'
        this.#answer(`Success: ${this.#mode}$$$`)
    }
  }

  #setChannel(channel: number, fields: string): void {
    const isSet = !this.#isRefusing && this.#amplifier.set(channel, [...fields].map(Number))
    this.#answer(
      isSet ? `Success: Channel set for ${channel + 1}$$$` : 'Failure: Err: bad value$$$',
    )
  }

  /** @param pins `01`: the test current through the N input, not through the P input */
  #leadOff(channel: number, pins: string): void {
    this.#amplifier.drive(channel, pins.includes('1'))
    this.#answer(`Success: Lead off set for ${channel + 1}$$$`)
  }

  /** Commands to the dongle itself, which answers whether the board is there or not. */
  #radio(command: number, argument: number): void {
    const channel = this.#dongleRadio
    const isUp = channel === this.#boardRadio
    if (command === 0x00) {
      const text = isUp ? 'Success: Host and Device' : 'Failure: Host'
      this.#reply(`${text} on Channel number: ${channel}${String.fromCharCode(channel)}$$$`)
    } else if (command === 0x01) {
      if (isUp) this.#boardRadio = this.#dongleRadio = argument
      const text = isUp
        ? `Success: Channel number: ${String.fromCharCode(argument)}$$$`
        : unreachable
      this.#reply(text)
    } else if (command === 0x02) {
      this.#dongleRadio = argument
      this.#reply(`Success: Host override - Channel number: ${String.fromCharCode(argument)}$$$`)
    } else if (command === 0x07) {
      this.#reply(isUp ? 'Success: System is Up$$$' : 'Failure: System is Down$$$')
    }
  }

  /** While it streams, the board answers nothing: text would tear the packets apart. */
  #answer(text: string): void {
    if (!this.streaming) this.#reply(text)
  }
}
