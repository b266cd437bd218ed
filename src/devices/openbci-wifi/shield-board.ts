/**
 * A WiFi shield with a board seen from the network's side: answers requests, connects to where it is
 * told, makes packets and their JSON. Pure: no timer, no socket. After DefaultWifiShield.ino and
 * OpenBCI_Wifi.cpp; the Ganglion after OpenBCI_Ganglion_Library.
 */
import type { HttpAnswer } from '../../signal/index.ts'
import { Amplifier, type BoardSource } from '../_cyton/amplifier.ts'
import { pinLabels } from '../_cyton/auxiliary-stream.ts'
import {
  channelCount,
  microvoltsPerCount as cytonMicrovolts,
  encodePacket,
  packetBytes,
  stop,
} from '../_cyton/packet.ts'
import { type BoardKind, boards, microvoltsPerCount, shieldNanovoltsPerCount } from './boards.ts'
import { impedanceStop } from './packets.ts'

export interface ShieldParts {
  readonly board: BoardKind
  readonly electrodeOhms: readonly number[]
}

const version = 'v2.0.5'
const inputKeys = '12345678QWERTYUI'
const usualGain = 24
const ganglionGain = 51
const gains = [1, 2, 4, 6, 8, 12, 24]
/** A value of the Ganglion's test takes it so long. */
const testsPerSecond = 4
const testInputs = 5
const usualKohm = 10
/** The Ganglion reads its accelerometer ten times a second. */
const readingsPerSecond = 10
/** A request that the board does not answer to is answered by the shield, later. */
export const unanswered = 502

export class ShieldBoard {
  /** `testing`: a Ganglion measures its electrodes. */
  state: 'stopped' | 'streaming' | 'testing' = 'stopped'
  output: 'raw' | 'json' = 'raw'
  latencySeconds = 0.01
  readonly maxPacketBytes: number
  /** Levels of the digital pins D11 D12 D13 D17 D18, or counts of A5 A6. */
  readonly pins = new Int16Array(5)
  readonly #parts: ShieldParts
  readonly #amplifier: Amplifier
  readonly #connect: (ip: string, port: number) => void
  readonly #aux = new Uint8Array(6)
  #mode: 'default' | 'analog' | 'digital' = 'default'
  #firstGain = usualGain
  #counter = 0
  #tested = 0
  #messages = 0

  /** @param connect is told where the samples go */
  constructor(
    source: BoardSource,
    parts: ShieldParts,
    connect: (ip: string, port: number) => void,
  ) {
    const { board, electrodeOhms } = parts
    this.#parts = parts
    this.#connect = connect
    this.#amplifier = new Amplifier(source, electrodeOhms, boards[board].channels)
    this.#amplifier.rateHz = boards[board].ratesHz.at(-1)!
    this.maxPacketBytes = board === 'daisy' ? 2 * packetBytes : packetBytes
  }

  get isStreaming(): boolean {
    return this.state === 'streaming'
  }

  get packetsPerSecond(): number {
    return this.state === 'testing' ? testsPerSecond : this.#amplifier.rateHz
  }

  get #isGanglion(): boolean {
    return this.#parts.board === 'ganglion'
  }

  request(method: string, path: string, body: unknown): HttpAnswer {
    const said = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
    switch (`${method} ${path}`) {
      case 'GET /board':
        return ok(JSON.stringify(this.#about()))
      case 'GET /all':
        return ok(JSON.stringify({ ...this.#about(), name: 'OpenBCI-F00D', version, heap: 20_000 }))
      case 'GET /version':
        return ok(version)
      case 'GET /latency':
        return ok(String(Math.round(this.latencySeconds * 1e6)))
      case 'GET /stream/start':
        this.#start()
        return ok('OK')
      case 'GET /stream/stop':
        this.state = 'stopped'
        return ok('OK')
      case 'POST /tcp':
        return this.#tcp(said)
      case 'POST /command':
        if (typeof said.command !== 'string') return { status: 403, text: 'Error: no "command"' }
        return this.#command(said.command)
      default:
        return { status: 404, text: 'Route Not Found' }
    }
  }

  /** @returns the bytes of the next packet in `into`; 0 when the source has ended */
  packet(into: Uint8Array): number {
    if (this.state === 'testing') return this.#test(into)
    if (!this.#amplifier.next()) {
      this.state = 'stopped'
      return 0
    }
    const { counts } = this.#amplifier
    if (this.#isGanglion) {
      // The source tells counts of a Cyton.
      const share = cytonMicrovolts(usualGain) / microvoltsPerCount('ganglion', ganglionGain)
      for (let c = 0; c < counts.length; c++) counts[c] = clamp(counts[c]! * share)
    }
    const counter = this.#counter
    this.#counter = (counter + 1) % boards[this.#parts.board].turn
    const stopByte = this.#auxiliary(counter)
    for (let at = 0, from = 0; at < this.maxPacketBytes; at += packetBytes, from += channelCount) {
      const half = counts.subarray(from, from + channelCount)
      encodePacket({ counter, counts: half, aux: this.#aux, stop: stopByte }, into, at)
    }
    return this.maxPacketBytes
  }

  /** The sample of the packet made last, as the shield writes it. */
  sampleText(timestampUs: number): string {
    const { board } = this.#parts
    const { channels, turn } = boards[board]
    const nanovolts = shieldNanovoltsPerCount(board, this.#firstGain)
    const data = Array.from(
      this.#amplifier.counts.subarray(0, channels),
      (count) =>
        // No minus before a zero.
        Math.trunc(count * nanovolts) || 0,
    )
    const sampleNumber = (this.#counter + turn - 1) % turn
    return JSON.stringify({ timestamp: Math.round(timestampUs), sampleNumber, data })
  }

  messageText(samples: readonly string[]): string {
    return `{"chunk":[${samples.join(',')}],"count":${this.#messages++}}`
  }

  /** `D17 1` raises a pin. */
  command(word: string, value: number): string | undefined {
    const pin = (pinLabels as readonly string[]).indexOf(word)
    if (pin < 0) return undefined
    this.pins[pin] = value > 0 ? 1 : 0
    return `${word} ${this.pins[pin]}`
  }

  #about() {
    const { board } = this.#parts
    const { channels } = boards[board]
    const gain = this.#isGanglion ? ganglionGain : this.#firstGain
    return {
      board_connected: true,
      board_type: board,
      num_channels: channels,
      gains: Array.from({ length: channels }, () => gain),
    }
  }

  #tcp(said: Record<string, unknown>): HttpAnswer {
    const { ip, port, output = 'raw', latency = 10_000 } = said
    if (typeof ip !== 'string' || typeof port !== 'number') {
      return { status: 403, text: 'Error: no "ip" or "port" in json' }
    }
    if ((output !== 'raw' && output !== 'json') || typeof latency !== 'number') {
      return { status: 506, text: "Error: 'output' must be either raw or json" }
    }
    this.output = output
    this.latencySeconds = latency * 1e-6
    this.#connect(ip, port)
    return ok(JSON.stringify({ ...said, connected: true }))
  }

  #start(): void {
    if (this.state !== 'streaming' && this.#isGanglion) this.#counter = 0
    this.state = 'streaming'
  }

  /** The stop byte; the six bytes are in `#aux`. */
  #auxiliary(counter: number): number {
    const view = new DataView(this.#aux.buffer)
    if (this.#isGanglion) {
      const every = Math.round(this.#amplifier.rateHz / readingsPerSecond)
      // In between, the buffer still has the latest reading.
      if (counter % every === 0)
        [0, -62, 1000].forEach((mg, a) => void view.setInt16(2 * a, mg + ((counter / every) % 3)))
      return stop.accel
    }
    this.#aux.fill(0)
    if (this.#mode === 'digital') {
      // The shield has the pins D13 and D18 for itself.
      for (const pin of [0, 1, 3]) this.#aux[pin] = this.pins[pin]!
      return stop.raw
    }
    if (this.#mode === 'analog') {
      for (let pin = 0; pin < 2; pin++) view.setInt16(2 * pin, this.pins[pin]!)
      return stop.raw
    }
    this.#amplifier.accel.forEach((value, axis) => void view.setInt16(2 * axis, value))
    return stop.accel
  }

  /** Of a Ganglion: the value of one electrode after the other. */
  #test(into: Uint8Array): number {
    const input = this.#tested++ % testInputs
    const ohms = this.#parts.electrodeOhms[input] ?? usualKohm * 1000
    // Electrode and ground in series, which are alike here.
    const kohm = Math.floor((2 * ohms) / 1000)
    into.fill(0, 0, packetBytes)
    into[0] = 0xa0
    into[1] = input + 1
    into.set(Buffer.from(kohm > 0 ? String(kohm) : '', 'latin1'), 2)
    into[packetBytes - 1] = impedanceStop
    return packetBytes
  }

  #command(command: string): HttpAnswer {
    if (this.#isGanglion) return this.#ganglionCommand(command)
    // A Cyton that streams obeys, and answers nothing.
    const isSilent = this.isStreaming
    const text = this.#cytonCommand(command)
    return isSilent
      ? { status: unanswered, text: 'Error: timeout getting command response' }
      : ok(text)
  }

  #ganglionCommand(command: string): HttpAnswer {
    const [first, argument = ''] = command
    if (first === '~') return ok(this.#setRate(Number(argument)))
    if (first === 'z') {
      this.state = 'testing'
      this.#tested = 0
      return ok('Impedance started\n')
    }
    if (first === 'Z') {
      if (this.state === 'testing') this.#start()
      return ok('Impedance stopped\n')
    }
    return ok(first === 'n' ? 'accelerometer enabled\n' : `parseChar got: ${first}`)
  }

  #setRate(code: number): string {
    const rate = boards[this.#parts.board].ratesHz[code]
    if (!rate) return 'Failure: sample value out of bounds'
    this.#amplifier.rateHz = rate
    return `Success: Sample rate is ${rate}Hz`
  }

  #cytonCommand(command: string): string {
    const [first, argument = ''] = command
    const channel = inputKeys.indexOf(argument)
    if (first === '~') return this.#setRate(Number(argument))
    if (first === 'd') {
      this.#amplifier.reset()
      this.#firstGain = usualGain
      return 'updating channel settings to default'
    }
    if (first === '/') {
      this.#mode = argument === '3' ? 'digital' : argument === '2' ? 'analog' : 'default'
      return `Success: ${this.#mode}`
    }
    if (first === 'x') {
      const fields = [...command.slice(2, 8)].map(Number)
      const isSet = this.#amplifier.set(channel, fields)
      if (isSet && channel === 0) this.#firstGain = gains[fields[1]!]!
      return isSet ? `Success: Channel set for ${channel + 1}` : 'Failure: Err: bad value'
    }
    if (first === 'z') {
      this.#amplifier.drive(channel, command.slice(2, 4).includes('1'))
      return `Success: Lead off set for ${channel + 1}`
    }
    if (first && '0-=[]p'.includes(first)) {
      this.#amplifier.test(first)
      return 'Success: Configured internal test signal.'
    }
    return 'Failure: too few chars'
  }
}

function ok(text: string): HttpAnswer {
  return { status: 200, text: `${text}\r\n` }
}

function clamp(count: number): number {
  return Math.max(-(2 ** 23), Math.min(2 ** 23 - 1, Math.round(count)))
}
