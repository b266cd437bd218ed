/** A host on this machine's hardware: system clock, system ports, the models that came along. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deviceCatalog } from '../devices/catalog.ts'
import { systemTransports } from '../devices/index.ts'
import { readModelFolder } from '../inference/index.ts'
import { hostClock } from '../workers/index.ts'
import { AcquisitionHost, discoverOver } from './host.ts'
import { defaultRecordingFolder } from './recording-files.ts'

export interface HostOptions {
  /** Where recordings go; by default a folder in the user's home. */
  readonly folder?: string
  /** Where modules for sandboxed nodes lie; by default those of the package. */
  readonly modules?: string
  /** Serial ports that the system does not list. */
  readonly addedPorts?: readonly string[]
}

/** The folder of the package: two above this file, as source and as built. */
export const packageFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** WebAssembly modules for sandboxed nodes, beside the models. */
export const modulesFolder = join(packageFolder, 'modules')

export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  return String(manifest.version)
}

/** The models that came along, by name. @throws SynapseError model-invalid */
export function openModels() {
  return readModelFolder(join(packageFolder, 'models'))
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
