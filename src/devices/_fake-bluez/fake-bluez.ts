/**
 * BlueZ for one board: adapter, device and GATT tree on a bus of our own, as `bluetoothd` shows
 * them. A program started with `DBUS_SYSTEM_BUS_ADDRESS` set to this bus finds the board with its
 * ordinary Bluetooth code.
 */
import { createRequire } from 'node:module'
import type * as Dbus from 'dbus-next'
import { reasonOf, SynapseError } from '../../signal/index.ts'
import type { Air, AirListener, Identity } from './air.ts'
import {
  Adapter,
  announce,
  Characteristic,
  Device,
  type Node,
  ObjectTree,
  Service,
} from './interfaces.ts'
import { openPrivateBus, type PrivateBus } from './private-bus.ts'

const require = createRequire(import.meta.url)
const adapterPath = '/org/bluez/hci0'

/** Opens a private bus and is BlueZ on it. */
export async function openFakeBluez(identity: Identity, listener: AirListener): Promise<Air> {
  const bus = await openPrivateBus()
  try {
    const { sessionBus } = require('dbus-next') as typeof Dbus
    const connection = sessionBus({ busAddress: bus.address })
    const bluez = new FakeBluez(bus, connection, identity, listener)
    await connection.requestName('org.bluez', 0)
    return bluez
  } catch (cause) {
    await bus.close()
    throw new SynapseError('io-failed', `talking to dbus-daemon: ${reasonOf(cause)}`, { cause })
  }
}

class FakeBluez implements Air {
  readonly environment: Readonly<Record<string, string>>
  readonly #bus: PrivateBus
  readonly #connection: Dbus.MessageBus
  readonly #listener: AirListener
  readonly #nodes = new Map<string, () => Node>()
  readonly #tree = new ObjectTree(this.#nodes)
  readonly #adapter = new Adapter((isOn) => isOn && this.#hear())
  readonly #device: Device
  readonly #devicePath: string
  readonly #gatt = new Map<string, () => Node>()
  readonly #byUuid = new Map<string, Characteristic>()
  #isPresent = false

  constructor(
    bus: PrivateBus,
    connection: Dbus.MessageBus,
    identity: Identity,
    listener: AirListener,
  ) {
    this.environment = { DBUS_SYSTEM_BUS_ADDRESS: bus.address }
    this.#bus = bus
    this.#connection = connection
    this.#listener = listener
    this.#devicePath = `${adapterPath}/dev_${identity.address.replaceAll(':', '_')}`
    this.#device = new Device(
      identity,
      () => this.#connect(),
      () => this.#disconnect(),
    )
    // It ends when the daemon does; whoever writes then is told by `notify`.
    connection.on('error', () => {})
    connection.export('/', this.#tree)
    connection.export(adapterPath, this.#adapter)
    connection.export(this.#devicePath, this.#device)
    this.#nodes.set(adapterPath, () => ({ 'org.bluez.Adapter1': this.#adapter.values }))
    this.#exportGatt(identity)
  }

  appear(): void {
    this.#isPresent = true
    this.#hear()
  }

  vanish(): void {
    this.#isPresent = false
    this.#disconnect()
    if (this.#nodes.delete(this.#devicePath)) {
      this.#tree.InterfacesRemoved(this.#devicePath, ['org.bluez.Device1'])
    }
  }

  notify(uuid: string, bytes: Uint8Array): boolean {
    const characteristic = this.#byUuid.get(uuid)
    if (!characteristic?.Notifying || !this.#device.Connected) return false
    characteristic.Value = Buffer.from(bytes)
    announce(characteristic, { Value: characteristic.Value })
    return true
  }

  async close(): Promise<void> {
    this.#connection.disconnect()
    await this.#bus.close()
  }

  #exportGatt({ services }: Identity): void {
    for (const [s, { uuid, characteristics }] of services.entries()) {
      const path = `${this.#devicePath}/service${hex(s + 1)}`
      const service = new Service(uuid)
      this.#connection.export(path, service)
      this.#gatt.set(path, () => ({ 'org.bluez.GattService1': service.values }))
      for (const [c, each] of characteristics.entries()) {
        this.#exportCharacteristic(`${path}/char${hex(c)}`, each)
      }
    }
  }

  #exportCharacteristic(path: string, { uuid, flags }: { uuid: string; flags: readonly string[] }) {
    const characteristic = new Characteristic(
      uuid,
      flags,
      () => this.#listener.read(uuid),
      (bytes) => this.#listener.write(uuid, bytes),
    )
    this.#connection.export(path, characteristic)
    this.#byUuid.set(uuid, characteristic)
    this.#gatt.set(path, () => ({ 'org.bluez.GattCharacteristic1': characteristic.values }))
  }

  /** The device is in the tree from the moment when it is heard. */
  #hear(): void {
    if (!this.#isPresent || !this.#adapter.Discovering) return
    const node = () => ({
      'org.bluez.Device1': this.#device.values(this.#isPresent && !this.#device.Connected),
    })
    if (!this.#nodes.has(this.#devicePath)) {
      this.#nodes.set(this.#devicePath, node)
      this.#tree.InterfacesAdded(this.#devicePath, node())
    } else if (!this.#device.Connected) announce(this.#device, { RSSI: this.#device.RSSI })
  }

  #connect(): void {
    if (!this.#isPresent) throw new Error('le-connection-abort-by-local')
    const device = this.#device
    device.Connected = true
    announce(device, { Connected: true })
    this.#listener.connected()
    for (const [path, node] of this.#gatt) {
      this.#nodes.set(path, node)
      this.#tree.InterfacesAdded(path, node())
    }
    device.ServicesResolved = true
    announce(device, { ServicesResolved: true })
  }

  #disconnect(): void {
    const device = this.#device
    if (!device.Connected) return
    device.Connected = device.ServicesResolved = false
    for (const characteristic of this.#byUuid.values()) characteristic.Notifying = false
    for (const [path, node] of this.#gatt) {
      this.#nodes.delete(path)
      this.#tree.InterfacesRemoved(path, Object.keys(node()))
    }
    announce(device, { ServicesResolved: false, Connected: false })
    this.#listener.disconnected()
  }
}

function hex(number: number): string {
  return number.toString(16).padStart(4, '0')
}
