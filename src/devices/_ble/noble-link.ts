/** One connected device, over noble. */
import type { Characteristic, Peripheral } from '@stoprocent/noble'
import {
  type BleLink,
  type BleListener,
  bleUuid,
  type Clock,
  SynapseError,
} from '../../signal/index.ts'
import { bleError } from './ble-errors.ts'
import { within } from './within.ts'

const answerSeconds = 5
const closeSeconds = 2

export class NobleLink implements BleLink {
  readonly name: string
  readonly characteristics: ReadonlySet<string>
  readonly #peripheral: Peripheral
  readonly #clock: Clock
  readonly #listener: BleListener
  readonly #byUuid: ReadonlyMap<string, Characteristic>
  readonly #unhook: () => void
  #isOpen = true
  /** The end of the last write that was asked for. */
  #written: Promise<unknown> = Promise.resolve()

  constructor(
    peripheral: Peripheral,
    characteristics: readonly Characteristic[],
    clock: Clock,
    listener: BleListener,
    onBroken: (broken: () => void) => () => void,
  ) {
    this.#peripheral = peripheral
    this.#clock = clock
    this.#listener = listener
    this.name = peripheral.advertisement.localName ?? ''
    this.#byUuid = new Map(characteristics.map((each) => [bleUuid(each.uuid), each]))
    this.characteristics = new Set(this.#byUuid.keys())
    const gone = () => this.#gone()
    peripheral.once('disconnect', gone)
    const forget = onBroken(gone)
    this.#unhook = () => {
      peripheral.removeListener('disconnect', gone)
      forget()
      for (const each of characteristics) each.removeAllListeners('data')
    }
  }

  get mtu(): number | null {
    return this.#peripheral.mtu
  }

  async read(uuid: string): Promise<Uint8Array> {
    return this.#ask(`reading from ${this.name}`, this.#characteristic(uuid).readAsync())
  }

  async write(uuid: string, bytes: Uint8Array, response: boolean): Promise<void> {
    const characteristic = this.#characteristic(uuid)
    const { properties } = characteristic
    // A device that offers one kind only gets that.
    const without = response ? !properties.includes('write') : properties.includes(withoutResponse)
    const doing = `writing to ${this.name}`
    const write = () => this.#ask(doing, characteristic.writeAsync(Buffer.from(bytes), without))
    const done = this.#written.then(write, write)
    this.#written = done
    await done
  }

  async subscribe(
    uuid: string,
    notified: (bytes: Uint8Array, hostTime: number) => void,
  ): Promise<void> {
    const characteristic = this.#characteristic(uuid)
    characteristic.on('data', (bytes: Buffer, isNotification: boolean) => {
      if (isNotification && this.#isOpen) notified(bytes, this.#clock.now())
    })
    await this.#ask(`subscribing to ${this.name}`, characteristic.subscribeAsync())
  }

  async rssiDbm(): Promise<number | null> {
    // BlueZ measures only while it scans: what it has of a connected device is old.
    if (process.platform === 'linux' || !this.#isOpen) return null
    const rssi = await this.#ask('measuring', this.#peripheral.updateRssiAsync()).catch(() => 0)
    return rssi || null
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#unhook()
    const silent = () => new Error('no answer')
    const ended = within(this.#clock, closeSeconds, this.#peripheral.disconnectAsync(), silent)
    await ended.catch(() => {})
  }

  #gone(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#unhook()
    this.#listener.lost()
  }

  #characteristic(uuid: string): Characteristic {
    if (!this.#isOpen) throw new SynapseError('link-lost', `talking to ${this.name}: it is gone`)
    const characteristic = this.#byUuid.get(uuid)
    if (characteristic) return characteristic
    throw new SynapseError(
      'wrong-device',
      `talking to ${this.name}: it has no characteristic ${uuid}`,
    )
  }

  async #ask<T>(doing: string, answer: Promise<T>): Promise<T> {
    const silent = () => new SynapseError('link-lost', `${doing}: no answer`)
    try {
      return await within(this.#clock, answerSeconds, answer, silent)
    } catch (cause) {
      if (!this.#isOpen) throw new SynapseError('link-lost', `${doing}: it is gone`, { cause })
      throw bleError(doing, cause)
    }
  }
}

const withoutResponse = 'writeWithoutResponse'
