/** A host on this machine's hardware: system clock, system ports, the models that came along. */
import { deviceCatalog } from '../devices/catalog.ts'
import { systemTransports } from '../devices/index.ts'
import { hostClock } from '../workers/index.ts'
import { discoverOver } from './drivers.ts'
import { AcquisitionHost } from './host.ts'
import { modulesFolder, openModels } from './package-files.ts'
import { defaultRecordingFolder } from './recording-files.ts'

export interface HostOptions {
  /** Where recordings go; by default a folder in the user's home. */
  readonly folder?: string
  /** Where modules for sandboxed nodes lie; by default those of the package. */
  readonly modules?: string
  /** Serial ports that the system does not list. */
  readonly addedPorts?: readonly string[]
}

/** What can be opened on this machine now, without a host. */
export function discoverDevices(addedPorts: readonly string[]) {
  return discoverOver(deviceCatalog, systemTransports(hostClock, [...namedPorts(), ...addedPorts]))
}

/** @throws SynapseError model-invalid */
export function openHost(options: HostOptions = {}): AcquisitionHost {
  return new AcquisitionHost({
    clock: hostClock,
    drivers: deviceCatalog,
    transports: systemTransports(hostClock, [...namedPorts(), ...(options.addedPorts ?? [])]),
    models: openModels(),
    modules: options.modules ?? modulesFolder,
    folder: options.folder ?? defaultRecordingFolder(),
  })
}

function namedPorts(): string[] {
  return (process.env.SYNAPSE_SERIAL_PORTS ?? '').split(':').filter((path) => path !== '')
}
