/** What a host lends to drivers and emulators. The drivers themselves are in `catalog.ts`. */
import { lslTransport } from '../lsl/index.ts'
import { readEndpoint, systemNetwork } from '../network/index.ts'
import type { Clock, Transports } from '../signal/index.ts'
import { nobleTransport } from './_ble/noble-transport.ts'
import { serialTransport } from './_serial/serial-transport.ts'

export type {
  DeviceEmulator,
  EmulatorEvent,
  EmulatorSummary,
  RunningEmulator,
} from './_emulator/emulator.ts'
export { sharedAir } from './_fake-bluez/shared-air.ts'

/** @param addedPorts serial ports that the system does not list, such as pseudo-terminals */
export function systemTransports(clock: Clock, addedPorts: readonly string[]): Transports {
  const ssdpAt = process.env.SYNAPSE_SSDP
  return {
    serial: serialTransport(clock, addedPorts),
    lsl: lslTransport(clock),
    ble: nobleTransport(clock),
    network: systemNetwork(
      clock,
      ssdpAt?.split(',').map((at) => readEndpoint(at.trim(), 'reading SYNAPSE_SSDP')),
    ),
  }
}
