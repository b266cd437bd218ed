/** A connected Ganglion: what it is asked and told, and where its notifications go. */
import {
  type BleLink,
  type ImpedancePort,
  type Origin,
  type StreamInfo,
  SynapseError,
} from '../../signal/index.ts'
import { type GanglionControl, GanglionImpedance } from '../_ganglion/impedance.ts'
import type { BleHost, BleProtocol } from '../_session/ble-session.ts'
import { packetColumns } from '../_session/packet-stream.ts'
import type { GanglionOptions } from './options.ts'
import { uuids } from './packet.ts'
import { GanglionParser } from './parser.ts'
import { ganglionStreams } from './streams.ts'

/** Of the inputs 1 to 4. */
const offKeys = '1234'
const onKeys = '!@#$'

export async function ganglionProtocol(
  link: BleLink,
  host: BleHost,
  options: GanglionOptions,
): Promise<BleProtocol> {
  if (!link.characteristics.has(uuids.receive) || !link.characteristics.has(uuids.send)) {
    throw new SynapseError('wrong-device', `greeting ${link.name}: it is not a Ganglion`)
  }
  const revision = await revisionOf(link)
  if (revision) host.out.fact({ name: 'firmware', value: revision })
  const firmware =
    options.firmware === 'auto'
      ? (packingOf(revision, link.name) as 2 | 3)
      : (Number(options.firmware) as 2 | 3)
  const origin: Origin = {
    source: 'openbci-ganglion',
    manufacturer: 'OpenBCI',
    model: 'Ganglion',
    ...(revision ? { firmware: revision } : {}),
    settings: { gain: 51, name: link.name, packing: firmware },
  }
  return new GanglionProtocol(host, options, origin, firmware)
}

/** Empty where the board does not tell. */
async function revisionOf(link: BleLink): Promise<string> {
  if (!link.characteristics.has(uuids.softwareRevision)) return ''
  const bytes = await link.read(uuids.softwareRevision)
  return Buffer.from(bytes).toString('latin1').replaceAll('\0', '').trim()
}

function packingOf(revision: string, name: string): 2 | 3 {
  if (revision) return revision.startsWith('3') ? 3 : 2
  return /^Ganglion 1\.3/i.test(name) ? 3 : 2
}

class GanglionProtocol implements BleProtocol, GanglionControl {
  streams: readonly StreamInfo[]
  readonly carries: BleProtocol['carries']
  readonly impedance: ImpedancePort
  readonly #host: BleHost
  readonly #parser: GanglionParser
  readonly #origin: Origin
  #options: GanglionOptions
  #link: BleLink | null = null
  #isStreaming = false

  constructor(host: BleHost, options: GanglionOptions, origin: Origin, firmware: 2 | 3) {
    this.#host = host
    this.#options = options
    this.#origin = origin
    this.streams = this.#streamsNow()
    const infos = ganglionStreams(origin, options.labels)
    this.carries = { [infos.eeg.id]: packetColumns }
    const impedance = new GanglionImpedance(options.labels, this, host.clock)
    this.impedance = impedance
    this.#parser = new GanglionParser(host.out, infos, firmware, {
      impedance: (input, kohm) => {
        impedance.value(input, kohm)
        const { label } = impedance.inputs[input]!
        host.out.fact({
          name: `impedance in series with ground, ${label}`,
          value: kohm,
          unit: 'kΩ',
        })
      },
      text: (text) => host.out.fact({ name: 'message', value: text }),
    })
  }

  get isStreaming(): boolean {
    return this.#isStreaming && this.#link !== null
  }

  async attach(link: BleLink): Promise<void> {
    this.#link = link
    await link.subscribe(uuids.receive, (bytes, hostTime) => {
      this.#host.heard(hostTime)
      this.#parser.notified(bytes, hostTime)
    })
  }

  #streamsNow(): readonly StreamInfo[] {
    const { accelerometer, labels, off, testSignal } = this.#options
    const settings = {
      ...this.#origin.settings,
      ...(off.length > 0 ? { off: off.join(',') } : {}),
      ...(testSignal ? { testSignal } : {}),
    }
    const { eeg, accel } = ganglionStreams({ ...this.#origin, settings }, labels)
    return accelerometer ? [eeg, accel] : [eeg]
  }

  /** Connecting has reset it: all that is other than then is told again. */
  async start(link: BleLink): Promise<void> {
    this.#isStreaming = true
    const { accelerometer, off, testSignal } = this.#options
    await tell(link, accelerometer ? 'n' : 'N')
    for (const input of off) await tell(link, offKeys[input - 1]!)
    if (testSignal) await tell(link, '[')
    await tell(link, 'b')
  }

  async configure(link: BleLink, options: unknown): Promise<void> {
    const before = this.#options
    this.#parser.set()
    this.#options = options as GanglionOptions
    for (const input of before.off) {
      if (!this.#options.off.includes(input)) await tell(link, onKeys[input - 1]!)
    }
    if (before.testSignal && !this.#options.testSignal) await tell(link, ']')
    this.streams = this.#streamsNow()
  }

  async stop(link: BleLink): Promise<void> {
    this.#isStreaming = false
    await tell(link, 's')
  }

  /** Nobody hears it while the link is down. */
  async send(command: string): Promise<void> {
    if (this.#link) await tell(this.#link, command)
  }

  interrupted(): void {
    this.#parser.restarted()
  }

  settle(now: number): void {
    this.#parser.settle(now)
  }

  restarted(): void {
    this.#parser.restarted()
  }

  cut(): void {
    this.#link = null
    this.#parser.cut()
  }

  paused(): void {
    this.#parser.paused()
    const { refused, stale } = this.#parser
    this.#host.out.fact({ name: 'refused', value: refused + stale, unit: 'packets' })
  }
}

/** The board looks at the first byte of a write only. */
function tell(link: BleLink, command: string): Promise<void> {
  return link.write(uuids.send, Uint8Array.of(command.charCodeAt(0)), false)
}
