/** The drivers that a host is lent: one by its name, and what all of them find. */
import {
  type DeviceDriver,
  type FoundDevice,
  SynapseError,
  type Transports,
} from '../signal/index.ts'

export type DriverCatalog = ReadonlyMap<string, DeviceDriver>

/** @throws SynapseError unknown-device, naming those that there are */
export function knownDriver(drivers: DriverCatalog, id: string): DeviceDriver {
  const driver = drivers.get(id)
  if (driver) return driver
  throw new SynapseError('unknown-device', `opening "${id}": there is no such driver`, {
    remedy: `Drivers: ${[...drivers.keys()].join(', ')}.`,
  })
}

/** What every driver finds over these transports. */
export async function discoverOver(
  drivers: DriverCatalog,
  transports: Transports,
): Promise<FoundDevice[]> {
  const found = await Promise.all(
    [...drivers.values()].map((driver) => driver.discover({ transports })),
  )
  return withoutRepetition(found.flat())
}

/** What stands in the way of several drivers alike, such as Bluetooth, is told once. */
function withoutRepetition(found: readonly FoundDevice[]): FoundDevice[] {
  const told = new Set<string>()
  return found.filter(({ address, name, problem }) => {
    if (address || !problem) return true
    const words = `${name}: ${problem.message}`
    return told.size !== told.add(words).size
  })
}
