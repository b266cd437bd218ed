/**
 * Bluetooth Low Energy through noble: BlueZ over D-Bus on Linux (no root), the systems' own stacks
 * elsewhere. Main thread only.
 */
import type { Noble, Peripheral } from '@stoprocent/noble'
import {
  type BleAdvertisement,
  type BleLink,
  type BleListener,
  type BleTransport,
  bleUuid,
  type Clock,
  SynapseError,
  sleep,
} from '../../signal/index.ts'
import { bleError } from './ble-errors.ts'
import { bluezDevices } from './bluez.ts'
import { NobleLink } from './noble-link.ts'
import { NobleRadio } from './noble-radio.ts'
import { within } from './within.ts'

/** Devices advertise some times a second, and fewer of them are heard. */
const scanSeconds = 3
const lookSeconds = 8
const connectSeconds = 12
const answerSeconds = 5
const looksPerSecond = 20

export function nobleTransport(clock: Clock): BleTransport {
  return new NobleTransport(clock)
}

class NobleTransport implements BleTransport {
  readonly #clock: Clock
  readonly #radio: NobleRadio
  #scanning: Promise<readonly BleAdvertisement[]> | null = null
  /** The radio does one thing at a time: to connect while it scans fails on many adapters. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(clock: Clock) {
    this.#clock = clock
    this.#radio = new NobleRadio(clock)
  }

  scan(): Promise<readonly BleAdvertisement[]> {
    const scan = () => this.#guarded('looking for Bluetooth devices', () => this.#scan())
    this.#scanning ??= this.#inTurn(scan).finally(() => {
      this.#scanning = null
    })
    return this.#scanning
  }

  connect(address: string, listener: BleListener): Promise<BleLink> {
    const doing = `connecting to ${address}`
    return this.#inTurn(() => this.#guarded(doing, () => this.#connect(address, listener)))
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work, work)
    this.#turn = done.catch(() => {})
    return done
  }

  async #guarded<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (cause) {
      throw bleError(doing, cause)
    }
  }

  async #scan(): Promise<readonly BleAdvertisement[]> {
    const found = await this.#listen(scanSeconds, () => false)
    return [...found.values()].map(advertisementOf).sort((a, b) => a.name.localeCompare(b.name))
  }

  /** Everything that is heard, until `isEnough` or the time is over. */
  async #listen(
    seconds: number,
    isEnough: (heard: Peripheral) => boolean,
  ): Promise<ReadonlyMap<string, Peripheral>> {
    const noble = await this.#radio.ready()
    const heard = new Map<string, Peripheral>()
    let enough = false
    const note = (peripheral: Peripheral) => {
      heard.set(peripheral.id, peripheral)
      enough ||= isEnough(peripheral)
    }
    noble.on('discover', note)
    try {
      await this.#startScanning(noble)
      for (let i = 0; i < seconds * looksPerSecond && !enough; i++) {
        await sleep(this.#clock, 1 / looksPerSecond)
      }
      return enough ? heard : await presentOnes(heard)
    } finally {
      noble.removeListener('discover', note)
      const silent = () => new Error('no answer')
      await within(this.#clock, answerSeconds, noble.stopScanningAsync(), silent).catch(() => {})
    }
  }

  async #startScanning(noble: Noble): Promise<void> {
    this.#radio.complaint = ''
    const silent = () => new Error(this.#radio.complaint || 'the adapter does not answer')
    await within(this.#clock, answerSeconds, noble.startScanningAsync([], true), silent)
  }

  async #connect(address: string, listener: BleListener): Promise<BleLink> {
    if (!/\S/.test(address)) {
      throw new SynapseError('device-missing', 'opening a Bluetooth device: none is named', {
        remedy: 'Give its address or its name; "synapse devices" lists them.',
      })
    }
    const isMeant = (peripheral: Peripheral) => isCalled(peripheral, address)
    // Always looked for anew: what the system remembers of a device that went away is stale.
    const heard = await this.#listen(lookSeconds, isMeant)
    const peripheral = [...heard.values()].find(isMeant)
    if (!peripheral) {
      throw new SynapseError('device-missing', `connecting to ${address}: it does not advertise`)
    }
    await this.#join(peripheral, address)
    try {
      const silent = () => new Error('it does not tell its services')
      const told = peripheral.discoverAllServicesAndCharacteristicsAsync()
      const { characteristics } = await within(this.#clock, answerSeconds, told, silent)
      if (peripheral.state !== 'connected') throw new Error('it went away')
      const onBroken = (broken: () => void) => this.#radio.onBroken(broken)
      return new NobleLink(peripheral, characteristics, this.#clock, listener, onBroken)
    } catch (cause) {
      peripheral.disconnect()
      throw cause
    }
  }

  async #join(peripheral: Peripheral, address: string): Promise<void> {
    if (peripheral.state === 'connected') {
      throw new SynapseError('port-busy', `connecting to ${address}: it is connected already`)
    }
    const silent = () => new Error('it does not answer')
    try {
      await within(this.#clock, connectSeconds, peripheral.connectAsync(), silent)
    } catch (cause) {
      peripheral.cancelConnect()
      throw cause
    }
  }
}

/** Without those that BlueZ only remembers. */
async function presentOnes(
  heard: ReadonlyMap<string, Peripheral>,
): Promise<ReadonlyMap<string, Peripheral>> {
  if (process.platform !== 'linux') return heard
  const present = new Set((await bluezDevices()).map(({ address }) => address))
  return new Map([...heard].filter(([, { address }]) => present.has(address)))
}

function isCalled({ id, address, advertisement }: Peripheral, wanted: string): boolean {
  const same = (name: string | undefined) => name?.toLowerCase() === wanted.toLowerCase()
  return same(addressOf({ id, address })) || same(advertisement.localName)
}

/** macOS keeps addresses to itself and gives ids. */
function addressOf({ id, address }: Pick<Peripheral, 'id' | 'address'>): string {
  return address && address !== 'unknown' ? address : id
}

function advertisementOf(peripheral: Peripheral): BleAdvertisement {
  const { advertisement, rssi } = peripheral
  return {
    address: addressOf(peripheral),
    name: advertisement.localName ?? '',
    services: (advertisement.serviceUuids ?? []).map(bleUuid),
    rssiDbm: rssi || null,
  }
}
