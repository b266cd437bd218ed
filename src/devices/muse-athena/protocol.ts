/** A connected Athena: what it is asked and told, and where its notifications go. */
import {
  type BleLink,
  type Origin,
  type StreamInfo,
  SynapseError,
  sleep,
} from '../../signal/index.ts'
import { athenaDataUuid, controlUuid, MuseControl } from '../_muse/control.ts'
import type { BleHost, BleProtocol } from '../_session/ble-session.ts'
import type { AthenaOptions } from './options.ts'
import { dataUuids, walk } from './packet.ts'
import { AthenaParser } from './parser.ts'

const answerSeconds = 2
/** What it streams is seen when it streams: every kind of reading comes within this time. */
const learningSeconds = 0.8
const longestLearningSeconds = 4
const pollSeconds = 0.05

type Notified = (bytes: Uint8Array, hostTime: number) => void

export async function athenaProtocol(
  link: BleLink,
  host: BleHost,
  { preset }: AthenaOptions,
): Promise<BleProtocol> {
  if (!link.characteristics.has(athenaDataUuid)) {
    throw new SynapseError('wrong-device', `greeting ${link.name}: it is not a Muse S Athena`, {
      remedy: 'Open other Muse headbands as muse.',
    })
  }
  const protocol = new AthenaProtocol(host, preset)
  await protocol.learn(link)
  return protocol
}

class AthenaProtocol implements BleProtocol {
  readonly keepAliveSeconds = 20
  carries: BleProtocol['carries'] = {}
  readonly #host: BleHost
  readonly #preset: string
  readonly #control = new MuseControl()
  #parser!: AthenaParser
  #notified: Notified = () => {}
  #isFirst = true

  constructor(host: BleHost, preset: string) {
    this.#host = host
    this.#preset = preset
  }

  get streams(): readonly StreamInfo[] {
    return this.#parser.infos
  }

  /** Asks what it is, and lets it stream for a moment to see what of. */
  async learn(link: BleLink): Promise<void> {
    const { clock, out } = this.#host
    await this.#listen(link)
    const about = await this.#control.ask(link, 'v6', clock, answerSeconds)
    const firmware = typeof about.fw === 'string' ? about.fw : undefined
    const tags = await this.#tagsSent(link)
    if (tags.size === 0) {
      throw new SynapseError('silent-device', `greeting ${link.name}: it sends nothing`, {
        remedy: 'Put it on, check its battery, switch it off and on, or choose another preset.',
      })
    }
    const origin: Origin = {
      source: 'muse-athena',
      manufacturer: 'InteraXon',
      model: 'Muse S Athena',
      ...(firmware ? { firmware } : {}),
      settings: { preset: this.#preset, name: link.name },
    }
    if (firmware) out.fact({ name: 'firmware', value: firmware })
    const battery = (percent: number) =>
      out.fact({ name: 'battery', value: Math.round(percent * 10) / 10, unit: '%' })
    this.#parser = new AthenaParser(out, [...tags].sort(), origin, battery)
    const columns = { deviceTime: true, sequence: true }
    this.carries = Object.fromEntries(this.streams.map(({ id }) => [id, columns]))
    this.#notified = (bytes, hostTime) => {
      this.#host.heard(hostTime)
      this.#parser.notified(bytes, hostTime)
    }
  }

  async attach(link: BleLink): Promise<void> {
    // To the first connection `learn` listens already.
    if (!this.#isFirst) await this.#listen(link)
    this.#isFirst = false
  }

  async start(link: BleLink): Promise<void> {
    const commands = ['v6', 's', 'h', this.#preset, 's', 'dc001', 'dc001', 'L1']
    for (const command of commands) await this.#control.send(link, command)
  }

  stop(link: BleLink): Promise<void> {
    return this.#control.send(link, 'h')
  }

  keepAlive(link: BleLink): Promise<void> {
    return this.#control.send(link, 'k')
  }

  settle(now: number): void {
    this.#parser.settle(now)
  }

  restarted(): void {
    this.#parser.restarted()
  }

  cut(): void {
    this.#parser?.cut()
  }

  paused(): void {
    this.#parser.paused()
    const { refused, stale, unannounced } = this.#parser
    this.#host.out.fact({ name: 'refused', value: refused, unit: 'bytes' })
    this.#host.out.fact({ name: 'stale', value: stale + unannounced, unit: 'readings' })
  }

  async #listen(link: BleLink): Promise<void> {
    await link.subscribe(controlUuid, (bytes) => this.#control.piece(bytes))
    for (const uuid of dataUuids) {
      if (!link.characteristics.has(uuid)) continue
      await link.subscribe(uuid, (bytes, hostTime) => this.#notified(bytes, hostTime))
    }
  }

  async #tagsSent(link: BleLink): Promise<ReadonlySet<number>> {
    const { clock } = this.#host
    const tags = new Set<number>()
    let since = Number.POSITIVE_INFINITY
    this.#notified = (bytes, hostTime) => {
      since = Math.min(since, hostTime)
      walk(bytes, (tag) => tags.add(tag))
    }
    await this.start(link)
    const deadline = clock.now() + longestLearningSeconds
    while (clock.now() < Math.min(deadline, since + learningSeconds)) {
      await sleep(clock, pollSeconds)
    }
    this.#notified = () => {}
    await this.stop(link)
    // What is still on its way belongs to nobody.
    await sleep(clock, pollSeconds * 4)
    return tags
  }
}
