/** Transports over which nothing is found, for tests that need others or none. */
import {
  type BleTransport,
  type LslTransport,
  type NetworkTransport,
  type SerialTransport,
  SynapseError,
  type Transports,
} from '../src/signal/index.ts'

export const noPorts: SerialTransport = {
  list: async () => [],
  open: async (path) => {
    throw new SynapseError('port-missing', `opening ${path}: no such port`)
  },
}

export const noBluetooth: BleTransport = {
  scan: async () => [],
  connect: async (address) => {
    throw new SynapseError('device-missing', `connecting to ${address}: it does not advertise`)
  },
}

export const noLsl: LslTransport = {
  find: async () => [],
  open: ({ name }) => {
    throw new SynapseError('lsl-failed', `opening the LSL stream ${name}: it is gone`)
  },
  hide: () => {},
}

const unreachable = async () => {
  throw new SynapseError('device-missing', 'connecting: there is no network')
}

export const noNetwork: NetworkTransport = {
  udp: unreachable,
  listen: unreachable,
  request: unreachable,
  webSocket: unreachable,
  search: async () => [],
  addressTowards: unreachable,
}

/** Nothing is found but over these. */
export function transportsWith(some: Partial<Transports> = {}): Transports {
  return { serial: noPorts, lsl: noLsl, ble: noBluetooth, network: noNetwork, ...some }
}
