/** The parts of BlueZ that a central talks to, as D-Bus interfaces, and nothing behind them. */
import { createRequire } from 'node:module'
import type * as Dbus from 'dbus-next'

const require = createRequire(import.meta.url)
const dbus = require('dbus-next') as typeof Dbus
const { Interface, ACCESS_READ, ACCESS_READWRITE } = dbus.interface
const { Variant } = dbus

export type Values = Record<string, Dbus.Variant>
/** Interface → properties. */
export type Node = Record<string, Values>

const readOnly = (signature: string): Dbus.interface.PropertyOptions => ({
  signature,
  access: ACCESS_READ,
})
/** Made anew for each: the library writes the method's name into it. */
const noArguments = () => ({ inSignature: '', outSignature: '' })

const variant = (signature: string, value: unknown) => new Variant(signature, value)

export function announce(object: Dbus.interface.Interface, changed: Record<string, unknown>): void {
  Interface.emitPropertiesChanged(object, changed, [])
}

/** What a board sees of the bus that it is on. */
export interface Bus {
  readonly isScanning: boolean
  export(path: string, object: Dbus.interface.Interface): void
  unexport(path: string, object: Dbus.interface.Interface): void
  /** Into the tree of objects, which everybody is told of; `node` says what it is now. */
  add(path: string, node: () => Node): void
  has(path: string): boolean
  remove(path: string): void
}

export class ObjectTree extends Interface {
  readonly #nodes: ReadonlyMap<string, () => Node>

  constructor(nodes: ReadonlyMap<string, () => Node>) {
    super('org.freedesktop.DBus.ObjectManager')
    this.#nodes = nodes
  }

  GetManagedObjects(): Record<string, Node> {
    return Object.fromEntries([...this.#nodes].map(([path, node]) => [path, node()]))
  }

  InterfacesAdded(path: string, node: Node): [string, Node] {
    return [path, node]
  }

  InterfacesRemoved(path: string, names: string[]): [string, string[]] {
    return [path, names]
  }
}
ObjectTree.configureMembers({
  methods: { GetManagedObjects: { inSignature: '', outSignature: 'a{oa{sa{sv}}}' } },
  signals: {
    InterfacesAdded: { signature: 'oa{sa{sv}}' },
    InterfacesRemoved: { signature: 'oas' },
  },
})

export class Adapter extends Interface {
  readonly Address = '00:11:22:33:44:55'
  Powered = true
  Discovering = false
  readonly #discovering: (isOn: boolean) => void

  constructor(discovering: (isOn: boolean) => void) {
    super('org.bluez.Adapter1')
    this.#discovering = discovering
  }

  SetDiscoveryFilter(): void {}

  StartDiscovery(): void {
    this.Discovering = true
    this.#discovering(true)
  }

  StopDiscovery(): void {
    this.Discovering = false
    this.#discovering(false)
  }

  RemoveDevice(): void {}

  get values(): Values {
    return {
      Address: variant('s', this.Address),
      Powered: variant('b', this.Powered),
      Discovering: variant('b', this.Discovering),
    }
  }
}
Adapter.configureMembers({
  properties: {
    Address: readOnly('s'),
    Powered: { signature: 'b', access: ACCESS_READWRITE },
    Discovering: readOnly('b'),
  },
  methods: {
    SetDiscoveryFilter: { inSignature: 'a{sv}', outSignature: '' },
    StartDiscovery: noArguments(),
    StopDiscovery: noArguments(),
    RemoveDevice: { inSignature: 'o', outSignature: '' },
  },
})

export class Device extends Interface {
  readonly Address: string
  readonly Name: string
  readonly UUIDs: readonly string[]
  readonly RSSI: number
  Connected = false
  ServicesResolved = false
  readonly #connect: () => void
  readonly #disconnect: () => void

  constructor(
    identity: { address: string; name: string; advertised: readonly string[]; rssiDbm: number },
    connect: () => void,
    disconnect: () => void,
  ) {
    super('org.bluez.Device1')
    this.Address = identity.address
    this.Name = identity.name
    this.UUIDs = identity.advertised
    this.RSSI = identity.rssiDbm
    this.#connect = connect
    this.#disconnect = disconnect
  }

  Connect(): void {
    this.#connect()
  }

  Disconnect(): void {
    this.#disconnect()
  }

  /** @param isHeard whether it advertises while somebody scans */
  values(isHeard: boolean): Values {
    return {
      Address: variant('s', this.Address),
      AddressType: variant('s', 'random'),
      Name: variant('s', this.Name),
      Alias: variant('s', this.Name),
      UUIDs: variant('as', this.UUIDs),
      Connected: variant('b', this.Connected),
      ServicesResolved: variant('b', this.ServicesResolved),
      ...(isHeard ? { RSSI: variant('n', this.RSSI) } : {}),
    }
  }
}
Device.configureMembers({
  properties: {
    Address: readOnly('s'),
    Name: readOnly('s'),
    UUIDs: readOnly('as'),
    RSSI: readOnly('n'),
    Connected: readOnly('b'),
    ServicesResolved: readOnly('b'),
  },
  methods: { Connect: noArguments(), Disconnect: noArguments() },
})

export class Service extends Interface {
  readonly UUID: string
  readonly Primary = true

  constructor(uuid: string) {
    super('org.bluez.GattService1')
    this.UUID = uuid
  }

  get values(): Values {
    return { UUID: variant('s', this.UUID), Primary: variant('b', true) }
  }
}
Service.configureMembers({ properties: { UUID: readOnly('s'), Primary: readOnly('b') } })

export class Characteristic extends Interface {
  readonly UUID: string
  readonly Flags: readonly string[]
  Value = Buffer.alloc(0)
  Notifying = false
  readonly #read: () => Uint8Array
  readonly #write: (bytes: Uint8Array) => void

  constructor(
    uuid: string,
    flags: readonly string[],
    read: () => Uint8Array,
    write: (bytes: Uint8Array) => void,
  ) {
    super('org.bluez.GattCharacteristic1')
    this.UUID = uuid
    this.Flags = flags
    this.#read = read
    this.#write = write
  }

  ReadValue(): Buffer {
    return Buffer.from(this.#read())
  }

  WriteValue(bytes: Uint8Array): void {
    this.#write(bytes)
  }

  StartNotify(): void {
    this.Notifying = true
  }

  StopNotify(): void {
    this.Notifying = false
  }

  get values(): Values {
    return { UUID: variant('s', this.UUID), Flags: variant('as', this.Flags) }
  }
}
Characteristic.configureMembers({
  properties: {
    UUID: readOnly('s'),
    Flags: readOnly('as'),
    Value: readOnly('ay'),
    Notifying: readOnly('b'),
  },
  methods: {
    ReadValue: { inSignature: 'a{sv}', outSignature: 'ay' },
    WriteValue: { inSignature: 'aya{sv}', outSignature: '' },
    StartNotify: noArguments(),
    StopNotify: noArguments(),
  },
})
