/** Which serial ports the system has. */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SerialPort } from 'serialport'
import type { SerialPortInfo } from '../../signal/index.ts'

export async function listPorts(): Promise<SerialPortInfo[]> {
  // On Linux the package asks udevadm, and takes the process down where there is none.
  if (process.platform === 'linux' && !onPath('udevadm')) return listFromSysfs('/sys/class/tty')
  const found = await SerialPort.list()
  return found.map((port) => ({
    path: port.path,
    ...(port.manufacturer ? { manufacturer: port.manufacturer } : {}),
    ...(port.serialNumber ? { serialNumber: port.serialNumber } : {}),
    ...(port.vendorId ? { vendorId: port.vendorId.toLowerCase() } : {}),
    ...(port.productId ? { productId: port.productId.toLowerCase() } : {}),
  }))
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)))
}

/** USB serial ports with the ids of the USB device they belong to. */
function listFromSysfs(folder: string): SerialPortInfo[] {
  if (!existsSync(folder)) return []
  const usb = readdirSync(folder).filter((name) => /^tty(USB|ACM)\d+$/.test(name))
  return usb.map((name) => {
    const device = usbDeviceOf(join(folder, name, 'device'))
    const attribute = (key: string) => (device ? readAttribute(join(device, key)) : undefined)
    const [vendorId, productId] = [attribute('idVendor'), attribute('idProduct')]
    const serialNumber = attribute('serial')
    return {
      path: `/dev/${name}`,
      ...(vendorId ? { vendorId } : {}),
      ...(productId ? { productId } : {}),
      ...(serialNumber ? { serialNumber } : {}),
    }
  })
}

/** The nearest folder above the port that describes a USB device. */
function usbDeviceOf(link: string): string | undefined {
  if (!existsSync(link)) return undefined
  for (let at = realpathSync(link); at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'idVendor'))) return at
  }
  return undefined
}

function readAttribute(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
}
