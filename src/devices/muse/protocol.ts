/** A connected Muse: what it is asked and told, and where its notifications go. */
import { type BleLink, type Origin, type StreamInfo, SynapseError } from '../../signal/index.ts'
import { athenaDataUuid, controlUuid, MuseControl } from '../_muse/control.ts'
import type { BleHost, BleProtocol } from '../_session/ble-session.ts'
import { packetColumns } from '../_session/packet-stream.ts'
import type { MuseOptions } from './options.ts'
import { packetBytes, telemetryOf, uuids } from './packet.ts'
import { MuseParser } from './parser.ts'
import { museStreams } from './streams.ts'

const answerSeconds = 2

export async function museProtocol(
  link: BleLink,
  host: BleHost,
  options: MuseOptions,
): Promise<BleProtocol> {
  checkIsMuse(link)
  const control = new MuseControl()
  await link.subscribe(controlUuid, (bytes) => control.piece(bytes))
  await control.send(link, 'h')
  const about = await control.ask(link, 'v1', host.clock, answerSeconds)
  const status = await control.ask(link, 's', host.clock, answerSeconds)
  const hasPpg = uuids.ppg.every((uuid) => link.characteristics.has(uuid))
  const preset = presetFor(options, hasPpg)
  const ppg = options.ppg && hasPpg && !/^p2/.test(preset)
  const firmware = typeof about.fw === 'string' ? about.fw : undefined
  const origin: Origin = {
    source: 'muse',
    manufacturer: 'InteraXon',
    model: hasPpg ? 'Muse 2 or S' : 'Muse 2016',
    ...(typeof status.sn === 'string' ? { serialNumber: status.sn } : {}),
    ...(firmware ? { firmware } : {}),
    settings: { preset, reference: 'Fpz', name: link.name },
  }
  if (firmware) host.out.fact({ name: 'firmware', value: firmware })
  if (typeof status.bp === 'number') {
    host.out.fact({ name: 'battery', value: status.bp, unit: '%' })
  }
  const parser = new MuseParser(host.out, museStreams(origin), { aux: options.aux, ppg })
  return new MuseProtocol(host, control, parser, preset)
}

/** @throws SynapseError wrong-device */
function checkIsMuse({ name, characteristics }: BleLink): void {
  if (uuids.eeg.every((uuid) => characteristics.has(uuid))) return
  const isAthena = characteristics.has(athenaDataUuid)
  throw new SynapseError(
    'wrong-device',
    `greeting ${name}: ${isAthena ? 'it is a Muse S Athena' : 'it is not a Muse'}`,
    isAthena ? { remedy: 'Open it as muse-athena.' } : {},
  )
}

function presetFor({ preset, aux, ppg }: MuseOptions, hasPpg: boolean): string {
  if (preset !== 'auto') return preset
  return hasPpg && ppg ? 'p50' : aux ? 'p20' : 'p21'
}

class MuseProtocol implements BleProtocol {
  readonly streams: readonly StreamInfo[]
  readonly carries: BleProtocol['carries']
  /** It goes to sleep after about a minute without a word. */
  readonly keepAliveSeconds = 20
  readonly #host: BleHost
  readonly #control: MuseControl
  readonly #parser: MuseParser
  readonly #preset: string
  #isFirst = true

  constructor(host: BleHost, control: MuseControl, parser: MuseParser, preset: string) {
    this.#host = host
    this.#control = control
    this.#parser = parser
    this.#preset = preset
    this.streams = parser.infos
    this.carries = Object.fromEntries(this.streams.map(({ id }) => [id, packetColumns]))
  }

  async attach(link: BleLink): Promise<void> {
    const parser = this.#parser
    const listen = async (
      uuid: string,
      notified: (bytes: Uint8Array, hostTime: number) => void,
    ) => {
      if (link.characteristics.has(uuid)) await link.subscribe(uuid, notified)
    }
    // `museProtocol` has listened to the first connection's control already.
    if (!this.#isFirst) await listen(controlUuid, (bytes) => this.#control.piece(bytes))
    this.#isFirst = false
    for (const [part, uuid] of uuids.eeg.entries()) {
      await listen(uuid, (bytes, hostTime) => {
        this.#host.heard(hostTime)
        parser.part('eeg', part, bytes, hostTime)
      })
    }
    const has = (name: string) => this.streams.some(({ id }) => id === `muse/${name}`)
    if (has('aux')) await listen(uuids.aux, (bytes, time) => parser.whole('aux', bytes, time))
    await listen(uuids.accelerometer, (bytes, time) => parser.whole('accel', bytes, time))
    await listen(uuids.gyroscope, (bytes, time) => parser.whole('gyro', bytes, time))
    await listen(uuids.telemetry, (bytes) => this.#telemetry(bytes))
    if (!has('ppg')) return
    for (const [part, uuid] of uuids.ppg.entries()) {
      await listen(uuid, (bytes, hostTime) => parser.part('ppg', part, bytes, hostTime))
    }
  }

  async start(link: BleLink): Promise<void> {
    for (const command of ['h', this.#preset, 's', 'd']) await this.#control.send(link, command)
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
    this.#parser.cut()
  }

  paused(): void {
    this.#parser.paused()
    const { refused, stale } = this.#parser
    this.#host.out.fact({ name: 'refused', value: refused + stale, unit: 'packets' })
  }

  #telemetry(bytes: Uint8Array): void {
    if (bytes.length !== packetBytes) return
    const { batteryPercent, fuelGaugeMillivolts, temperatureCelsius } = telemetryOf(bytes)
    const { out } = this.#host
    out.fact({ name: 'battery', value: Math.round(batteryPercent * 10) / 10, unit: '%' })
    out.fact({ name: 'batteryVoltage', value: Math.round(fuelGaugeMillivolts), unit: 'mV' })
    out.fact({ name: 'temperature', value: temperatureCelsius, unit: '°C' })
  }
}
