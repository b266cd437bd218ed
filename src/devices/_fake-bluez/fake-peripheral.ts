/** One emulated board as BlueZ shows it: the device, and the tree of its services once it is connected. */
import type { AirListener, Identity } from './air.ts'
import { announce, type Bus, Characteristic, Device, type Node, Service } from './interfaces.ts'

export class FakePeripheral {
  readonly #bus: Bus
  readonly #path: string
  readonly #listener: AirListener
  readonly #device: Device
  readonly #gatt = new Map<string, () => Node>()
  readonly #objects = new Map<string, Device | Service | Characteristic>()
  readonly #byUuid = new Map<string, Characteristic>()
  #isPresent = false

  constructor(bus: Bus, path: string, identity: Identity, listener: AirListener) {
    this.#bus = bus
    this.#path = path
    this.#listener = listener
    this.#device = new Device(
      identity,
      () => this.#connect(),
      () => this.#disconnect(),
    )
    this.#export(path, this.#device)
    this.#exportGatt(identity)
  }

  appear(): void {
    this.#isPresent = true
    this.hear()
  }

  vanish(): void {
    this.#isPresent = false
    this.#disconnect()
    this.#bus.remove(this.#path)
  }

  notify(uuid: string, bytes: Uint8Array): boolean {
    const characteristic = this.#byUuid.get(uuid)
    if (!characteristic?.Notifying || !this.#device.Connected) return false
    characteristic.Value = Buffer.from(bytes)
    announce(characteristic, { Value: characteristic.Value })
    return true
  }

  /** It is in the tree from the moment when somebody who scans hears it. */
  hear(): void {
    if (!this.#isPresent || !this.#bus.isScanning) return
    if (!this.#bus.has(this.#path)) {
      this.#bus.add(this.#path, () => ({
        'org.bluez.Device1': this.#device.values(this.#isPresent && !this.#device.Connected),
      }))
    } else if (!this.#device.Connected) announce(this.#device, { RSSI: this.#device.RSSI })
  }

  leave(): void {
    this.vanish()
    for (const [path, object] of this.#objects) this.#bus.unexport(path, object)
  }

  #export(path: string, object: Device | Service | Characteristic): void {
    this.#objects.set(path, object)
    this.#bus.export(path, object)
  }

  #exportGatt({ services }: Identity): void {
    for (const [s, { uuid, characteristics }] of services.entries()) {
      const path = `${this.#path}/service${hex(s + 1)}`
      const service = new Service(uuid)
      this.#export(path, service)
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
    this.#export(path, characteristic)
    this.#byUuid.set(uuid, characteristic)
    this.#gatt.set(path, () => ({ 'org.bluez.GattCharacteristic1': characteristic.values }))
  }

  #connect(): void {
    if (!this.#isPresent) throw new Error('le-connection-abort-by-local')
    const device = this.#device
    device.Connected = true
    announce(device, { Connected: true })
    this.#listener.connected()
    for (const [path, node] of this.#gatt) this.#bus.add(path, node)
    device.ServicesResolved = true
    announce(device, { ServicesResolved: true })
  }

  #disconnect(): void {
    const device = this.#device
    if (!device.Connected) return
    device.Connected = device.ServicesResolved = false
    for (const characteristic of this.#byUuid.values()) characteristic.Notifying = false
    for (const path of this.#gatt.keys()) this.#bus.remove(path)
    announce(device, { ServicesResolved: false, Connected: false })
    this.#listener.disconnected()
  }
}

function hex(number: number): string {
  return number.toString(16).padStart(4, '0')
}
