/**
 * A WiFi shield with a board seen from the network's side: answers requests, connects to where it is
 * told, makes packets. Pure: no timer, no socket. After DefaultWifiShield.ino and OpenBCI_Wifi.cpp.
 */
import type { HttpAnswer } from '../../signal/index.ts'
import { Amplifier, type BoardSource } from '../_cyton/amplifier.ts'
import { channelCount, encodePacket, packetBytes, rateHz, stop } from '../_cyton/packet.ts'

export interface ShieldParts {
  readonly board: 'cyton' | 'daisy' | 'ganglion'
  readonly electrodeOhms: readonly number[]
}

const version = 'v2.0.5'
const inputKeys = '12345678QWERTYUI'
const channelsOf = { cyton: 8, daisy: 16, ganglion: 4 } as const
const ratesOf = {
  cyton: [16_000, 8000, 4000, 2000, 1000, 500, rateHz],
  daisy: [16_000, 8000, 4000, 2000, 1000, 500, rateHz],
  ganglion: [25_600, 12_800, 6400, 3200, 1600, 800, 400, 200],
} as const

export class ShieldBoard {
  isStreaming = false
  readonly maxPacketBytes: number
  readonly #parts: ShieldParts
  readonly #amplifier: Amplifier
  readonly #connect: (ip: string, port: number) => void
  #counter = 0

  /** @param connect is told where the samples go */
  constructor(
    source: BoardSource,
    parts: ShieldParts,
    connect: (ip: string, port: number) => void,
  ) {
    this.#parts = parts
    this.#connect = connect
    this.#amplifier = new Amplifier(source, parts.electrodeOhms, channelsOf[parts.board])
    this.#amplifier.rateHz = ratesOf[parts.board].at(-1)!
    this.maxPacketBytes = parts.board === 'daisy' ? 2 * packetBytes : packetBytes
  }

  get packetsPerSecond(): number {
    return this.#amplifier.rateHz
  }

  request(method: string, path: string, body: unknown): HttpAnswer {
    const said = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
    const ok = (text: string): HttpAnswer => ({ status: 200, text })
    switch (`${method} ${path}`) {
      case 'GET /board':
        return ok(JSON.stringify(this.#about()))
      case 'GET /all':
        return ok(JSON.stringify({ ...this.#about(), name: 'OpenBCI-F00D', version, heap: 20_000 }))
      case 'GET /version':
        return ok(version)
      case 'GET /stream/start':
      case 'GET /stream/stop':
        this.isStreaming = path.endsWith('start')
        return ok(`Stream ${this.isStreaming ? 'started' : 'stopped'}`)
      case 'POST /tcp':
        if (typeof said.ip !== 'string' || typeof said.port !== 'number') {
          return { status: 403, text: 'Error: no "ip" or "port" in json' }
        }
        this.#connect(said.ip, said.port)
        return ok(JSON.stringify({ ...said, connected: true }))
      case 'POST /command':
        if (typeof said.command !== 'string') return { status: 403, text: 'Error: no "command"' }
        return ok(this.#command(said.command))
      default:
        return { status: 404, text: 'Not found' }
    }
  }

  /** @returns the bytes of the next sample in `into`; 0 when the source has ended */
  packet(into: Uint8Array): number {
    if (!this.#amplifier.next()) {
      this.isStreaming = false
      return 0
    }
    const { counts } = this.#amplifier
    const counter = this.#counter
    this.#counter = (counter + 1) & 255
    const aux = new Uint8Array(6)
    for (let at = 0, from = 0; at < this.maxPacketBytes; at += packetBytes, from += channelCount) {
      const half = counts.subarray(from, from + channelCount)
      encodePacket({ counter, counts: half, aux, stop: stop.accel }, into, at)
    }
    return this.maxPacketBytes
  }

  #about() {
    const { board } = this.#parts
    const channels = channelsOf[board]
    return {
      board_connected: true,
      board_type: board,
      num_channels: channels,
      gains: Array.from({ length: channels }, () => (board === 'ganglion' ? 51 : 24)),
    }
  }

  #command(command: string): string {
    const [first, argument = ''] = command
    const channel = inputKeys.indexOf(argument)
    if (first === '~') {
      const rate = ratesOf[this.#parts.board][Number(argument)]
      if (!rate) return 'Failure: sample value out of bounds'
      this.#amplifier.rateHz = rate
      return `Success: Sample rate is ${rate}Hz`
    }
    if (first === 'd') {
      this.#amplifier.reset()
      return 'updating channel settings to default'
    }
    if (first === 'x') {
      const isSet = this.#amplifier.set(channel, [...command.slice(2, 8)].map(Number))
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
    return `Failure: too few chars`
  }
}
