/**
 * What BlueZ says of itself over D-Bus. Asked before noble is: noble tells a missing bus, a missing
 * service and a missing adapter apart no better than by not answering.
 */
import { createRequire } from 'node:module'
import type { Message, MessageBus, Variant } from 'dbus-next'
import { reasonOf } from '../../signal/index.ts'

const require = createRequire(import.meta.url)

type Properties = Readonly<Record<string, Variant>>
type Tree = Readonly<Record<string, Readonly<Record<string, Properties>>>>

/** A device that BlueZ hears now, or is connected to. */
export interface BluezDevice {
  readonly address: string
  readonly rssiDbm: number | null
}

/**
 * @returns devices that are there now; BlueZ remembers others for long
 * @throws Error, with words that `bleError` knows, where Bluetooth cannot be used
 */
export async function bluezDevices(): Promise<readonly BluezDevice[]> {
  const tree = await managedObjects()
  const all = (name: string) =>
    Object.values(tree).flatMap((node): Properties[] => (node[name] ? [node[name]] : []))
  const adapters = all('org.bluez.Adapter1')
  if (adapters.length === 0) throw new Error('no adapter')
  if (!adapters.some((adapter) => adapter.Powered?.value === true)) throw new Error('poweredOff')
  return all('org.bluez.Device1')
    .filter((device) => device.RSSI !== undefined || device.Connected?.value === true)
    .map((device) => ({
      address: String(device.Address?.value ?? ''),
      rssiDbm: typeof device.RSSI?.value === 'number' ? device.RSSI.value : null,
    }))
}

function managedObjects(): Promise<Tree> {
  // Loaded here, as only Linux has a use for it.
  const dbus = require('dbus-next') as typeof import('dbus-next')
  return new Promise((resolve, reject) => {
    let bus: MessageBus
    try {
      bus = dbus.systemBus()
    } catch (cause) {
      reject(new Error(`unknown bus: ${reasonOf(cause)}`, { cause }))
      return
    }
    bus.on('error', reject)
    const ask = new dbus.Message({
      destination: 'org.bluez',
      path: '/',
      interface: 'org.freedesktop.DBus.ObjectManager',
      member: 'GetManagedObjects',
    })
    bus
      .call(ask)
      .then((reply: Message | null) => resolve((reply?.body[0] ?? {}) as Tree), reject)
      .finally(() => bus.disconnect())
  })
}
