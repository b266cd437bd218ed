/** Upside Down Labs NPG Lite, three channels at 500 Hz, over Bluetooth. */
import type { DeviceDriver } from '../../signal/index.ts'
import { discoverBle } from '../_session/ble-discovery.ts'
import { BleSession } from '../_session/ble-session.ts'
import { type NpgOptions, npgOptions } from './options.ts'
import { npgProtocol } from './protocol.ts'

export const npgLite: DeviceDriver<NpgOptions> = {
  id: 'npg-lite',
  title: 'Upside Down Labs NPG Lite',
  help: 'Three channels at 500 Hz over Bluetooth; the address is its own or its name.',
  address: { kind: 'bluetooth', label: 'Board', example: '58:8C:81:12:34:56, NPG-12:34:56 …' },
  options: npgOptions,
  // Its service is the example that everybody copies: the name has to tell.
  discover: (context) => discoverBle('npg-lite', context, ({ name }) => /^NPG/i.test(name)),
  open: (address, options, context) =>
    BleSession.open(address, context, (link, host) => npgProtocol(link, host, options)),
}
