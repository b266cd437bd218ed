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
  readonly streams: readonly StreamInfo[]
  readonly carries: BleProtocol['carries']
  readonly impedance: ImpedancePort
  readonly #host: BleHost
  readonly #parser: GanglionParser
  readonly #hasAccelerometer: boolean
  #link: BleLink | null = null
  #isStreaming = false

  constructor(host: BleHost, options: GanglionOptions, origin: Origin, firmware: 2 | 3) {
    this.#host = host
    this.#hasAccelerometer = options.accelerometer
    const infos = ganglionStreams(origin, options.labels)
    this.streams = options.accelerometer ? [infos.eeg, infos.accel] : [infos.eeg]
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

  async start(link: BleLink): Promise<void> {
    this.#isStreaming = true
    await tell(link, this.#hasAccelerometer ? 'n' : 'N')
    await tell(link, 'b')
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
