/**
 * BlueZ for emulated boards: adapter, devices and GATT trees on a bus of our own, as `bluetoothd`
 * shows them. A program started with `DBUS_SYSTEM_BUS_ADDRESS` set to this bus finds the boards with
 * its ordinary Bluetooth code.
 */
import { createRequire } from 'node:module'
import type * as Dbus from 'dbus-next'
import { reasonOf, SynapseError } from '../../signal/index.ts'
import type { Air, AirListener, Identity } from './air.ts'
import { FakePeripheral } from './fake-peripheral.ts'
import { Adapter, type Bus, type Node, ObjectTree } from './interfaces.ts'
import { openPrivateBus, type PrivateBus } from './private-bus.ts'

const require = createRequire(import.meta.url)
const adapterPath = '/org/bluez/hci0'

/** Opens a private bus and is BlueZ on it. */
export async function openFakeBluez(): Promise<FakeBluez> {
  const bus = await openPrivateBus()
  try {
    const { sessionBus } = require('dbus-next') as typeof Dbus
    const connection = sessionBus({ busAddress: bus.address })
    const bluez = new FakeBluez(bus, connection)
    await connection.requestName('org.bluez', 0)
    return bluez
  } catch (cause) {
    await bus.close()
    throw new SynapseError('io-failed', `talking to dbus-daemon: ${reasonOf(cause)}`, { cause })
  }
}

export class FakeBluez {
  readonly #bus: PrivateBus
  readonly #connection: Dbus.MessageBus
  readonly #nodes = new Map<string, () => Node>()
  readonly #tree = new ObjectTree(this.#nodes)
  readonly #adapter = new Adapter((isOn) => isOn && this.#hear())
  readonly #peripherals = new Map<string, FakePeripheral>()

  constructor(bus: PrivateBus, connection: Dbus.MessageBus) {
    this.#bus = bus
    this.#connection = connection
    // It ends when the daemon does; whoever writes then is told by `notify`.
    connection.on('error', () => {})
    connection.export('/', this.#tree)
    connection.export(adapterPath, this.#adapter)
    this.#nodes.set(adapterPath, () => ({ 'org.bluez.Adapter1': this.#adapter.values }))
  }

  /** @throws SynapseError bad-option where another board has that address */
  enter(identity: Identity, listener: AirListener): Air {
    const { address } = identity
    if (this.#peripherals.has(address)) {
      throw new SynapseError('bad-option', `emulating ${identity.name}: ${address} is taken`, {
        remedy: 'Give each board an address of its own.',
      })
    }
    const path = `${adapterPath}/dev_${address.replaceAll(':', '_')}`
    const peripheral = new FakePeripheral(this.#asSeen(), path, identity, listener)
    this.#peripherals.set(address, peripheral)
    return {
      environment: { DBUS_SYSTEM_BUS_ADDRESS: this.#bus.address },
      appear: () => peripheral.appear(),
      vanish: () => peripheral.vanish(),
      notify: (characteristic, bytes) => peripheral.notify(characteristic, bytes),
      close: () => this.#leave(address),
    }
  }

  /** With the last board goes the bus. */
  async #leave(address: string): Promise<void> {
    this.#peripherals.get(address)?.leave()
    if (!this.#peripherals.delete(address) || this.#peripherals.size > 0) return
    this.#connection.disconnect()
    await this.#bus.close()
  }

  #hear(): void {
    for (const peripheral of this.#peripherals.values()) peripheral.hear()
  }

  #asSeen(): Bus {
    const adapter = this.#adapter
    return {
      get isScanning() {
        return adapter.Discovering
      },
      export: (path, object) => this.#connection.export(path, object),
      unexport: (path, object) => this.#connection.unexport(path, object),
      has: (path) => this.#nodes.has(path),
      add: (path, node) => {
        this.#nodes.set(path, node)
        this.#tree.InterfacesAdded(path, node())
      },
      remove: (path) => {
        const node = this.#nodes.get(path)
        if (!this.#nodes.delete(path)) return
        this.#tree.InterfacesRemoved(path, Object.keys(node!()))
      },
    }
  }
}
