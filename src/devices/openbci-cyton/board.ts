/**
 * A Cyton seen from the dongle's side: takes the command bytes, answers in the firmware's words,
 * and makes a packet whenever it is asked to. Pure: no timer, no port. After OpenBCI_32bit_Library
 * (firmware 3.1) and OpenBCI_Radios.
 */
import { drive } from './impedance.ts'
import {
  channelCount,
  encodePacket,
  microvoltsPerCount,
  packetBytes,
  rateHz,
  stop,
} from './packet.ts'

/** Where the board's samples come from. */
export interface BoardSource {
  /** Fills the next sample; false when there is no more. */
  next(counts: Int32Array, accel: Int16Array): boolean
}

const firmware = 'v3.1.2'
/** Answers to commands of one character. */
const answers: Record<string, string> = {
  V: `${firmware}$$$`,
  d: 'updating channel settings to default$$$',
  D: '060110$$$',
  c: 'daisy removed$$$',
  C: 'no daisy to attach!8$$$',
  '0': 'Success: Configured internal test signal.$$$',
  '-': 'Success: Configured internal test signal.$$$',
  '=': 'Success: Configured internal test signal.$$$',
  '[': 'Success: Configured internal test signal.$$$',
  ']': 'Success: Configured internal test signal.$$$',
  p: 'Success: Configured internal test signal.$$$',
  '?': `Board ADS Registers\nADS_ID, 00, 3E\n$$$`,
}
const banner = [
  'OpenBCI V3 8-16 channel',
  'On Board ADS1299 Device ID: 0x3E',
  'LIS3DH Device ID: 0x33',
  `Firmware: ${firmware}`,
  '$$$',
].join('\n')
/** Commands of several characters: how many follow the first. */
const following: Record<string, number> = { x: 8, z: 4, '~': 1, '/': 1, '`': 1, '\xf0': 1 }
const rates = ['16000', '8000', '4000', '2000', '1000', '500', '250']
const modes = ['default', 'debug', 'analog', 'digital', 'marker', 'BLE']
const radioChannel = 7
const gain = 24
const countLimit = 2 ** 23
const usualOhms = 10_000

export class CytonBoard {
  streaming = false
  readonly #source: BoardSource
  readonly #reply: (text: string) => void
  readonly #counts = new Int32Array(channelCount)
  readonly #accel = new Int16Array(3)
  /** The last value that was not zero: what a stamped packet bears one axis of. */
  readonly #axes = new Int16Array(3)
  readonly #aux = new Uint8Array(6)
  readonly #off = new Set<number>()
  readonly #electrodeOhms: readonly number[]
  /** Inputs through which the test current flows. */
  readonly #driven = new Set<number>()
  /** Samples since power-up: the phase of the test current. */
  #sample = 0
  #pending = ''
  #counter = 0
  #timeSet: 'off' | 'first' | 'on' = 'off'

  /** @param electrodeOhms at the inputs, from the first; an input without one has 10 kΩ */
  constructor(
    source: BoardSource,
    reply: (text: string) => void,
    electrodeOhms: readonly number[] = [],
  ) {
    this.#source = source
    this.#electrodeOhms = electrodeOhms
    this.#reply = reply
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.#pending += String.fromCharCode(byte)
      const first = this.#pending[0]!
      if (this.#pending.length > (following[first] ?? 0)) {
        const command = this.#pending
        this.#pending = ''
        if (first in following) this.#longCommand(command)
        else this.#shortCommand(first)
      }
    }
  }

  /**
   * Writes the packet of the next sample into `into`.
   * @param boardMs time since the board was switched on
   * @returns false when the source has ended
   */
  packet(into: Uint8Array, boardMs: number): boolean {
    if (!this.#source.next(this.#counts, this.#accel)) return false
    this.#driveInputs()
    for (const channel of this.#off) this.#counts[channel] = 0
    if (this.#accel.some((value) => value !== 0)) this.#axes.set(this.#accel)
    const stopByte = this.#auxiliary(boardMs)
    encodePacket(
      { counter: this.#counter, counts: this.#counts, aux: this.#aux, stop: stopByte },
      into.subarray(0, packetBytes),
    )
    this.#counter = (this.#counter + 1) & 255
    return true
  }

  #driveInputs(): void {
    const wave = Math.sin((2 * Math.PI * drive.hertz * this.#sample++) / rateHz)
    for (const channel of this.#driven) {
      const ohms = (this.#electrodeOhms[channel] ?? usualOhms) + drive.seriesOhms
      const microvolts = ohms * drive.amperes * 1e6 * wave
      const counts = this.#counts[channel]! + Math.round(microvolts / microvoltsPerCount(gain))
      this.#counts[channel] = Math.max(-countLimit, Math.min(countLimit - 1, counts))
    }
  }

  #auxiliary(boardMs: number): number {
    const view = new DataView(this.#aux.buffer)
    this.#aux.fill(0)
    if (this.#timeSet === 'off') {
      this.#accel.forEach((value, axis) => {
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
    const off = '12345678'.indexOf(command)
    const on = '!@#$%^&*'.indexOf(command)
    if (off >= 0) this.#off.add(off)
    else if (on >= 0) this.#off.delete(on)
    else if (command === 'b') this.streaming = true
    else if (command === 's') this.streaming = false
    else if (command === 'v') this.#reset()
    else if (command === '<') this.#setTime('first', 'Time stamp ON$$$')
    else if (command === '>') this.#setTime('off', 'Time stamp OFF$$$')
    else if (command in answers) this.#answer(answers[command]!)
  }

  #reset(): void {
    this.streaming = false
    this.#off.clear()
    this.#driven.clear()
    this.#timeSet = 'off'
    this.#answer(banner)
  }

  #setTime(to: 'off' | 'first', text: string): void {
    this.#timeSet = to
    this.#answer(text)
  }

  #longCommand(command: string): void {
    const [first, argument = ''] = command
    switch (first) {
      case 'x':
        if (command.at(-1) === 'X') this.#answer(`Success: Channel set for ${argument}$$$`)
        else this.#answer('Failure: Err: 9th char not X$$$')
        return
      case 'z':
        if (command.at(-1) === 'Z') this.#leadOff(Number(argument) - 1, command.slice(2, 4))
        else this.#answer('Failure: Err: 5th char not Z$$$')
        return
      case '~':
        this.#answer(`Success: Sample rate is ${rates[Number(argument)] ?? '250'}Hz$$$`)
        return
      case '/':
        this.#answer(`Success: ${modes[Number(argument)] ?? 'default'}$$$`)
        return
      case '\xf0':
        this.#radio(argument.charCodeAt(0))
    }
  }

  /** @param pins `01`: the test current through the N input, not through the P input */
  #leadOff(channel: number, pins: string): void {
    if (pins.includes('1')) this.#driven.add(channel)
    else this.#driven.delete(channel)
    this.#answer(`Success: Lead off set for ${channel + 1}$$$`)
  }

  /** Commands to the dongle itself. */
  #radio(command: number): void {
    const channel = String.fromCharCode(radioChannel)
    if (command === 0x00) {
      const text = `Success: Host and Device on Channel number: ${radioChannel}`
      this.#reply(`${text}${channel}$$$`)
    } else if (command === 0x07) this.#reply('Success: System is Up$$$')
  }

  /** While it streams, the board answers nothing: text would tear the packets apart. */
  #answer(text: string): void {
    if (!this.streaming) this.#reply(text)
  }
}
