/** Muse S Athena, over Bluetooth. Experimental: its protocol was found out by listening. */
import type { DeviceDriver } from '../../signal/index.ts'
import { discoverBle } from '../_session/ble-discovery.ts'
import { BleSession } from '../_session/ble-session.ts'
import { type AthenaOptions, athenaOptions } from './options.ts'
import { athenaProtocol } from './protocol.ts'

export const museAthena: DeviceDriver<AthenaOptions> = {
  id: 'muse-athena',
  title: 'Muse S Athena (experimental)',
  help: 'Four or eight electrodes at 256 Hz, light and motion over Bluetooth; experimental, as its protocol is not published.',
  address: { kind: 'bluetooth', label: 'Headband', example: '00:55:DA:BB:01:02, MuseS-0102 …' },
  options: athenaOptions,
  // A Muse S bears such a name too; only once connected can they be told apart.
  discover: (context) => discoverBle('muse-athena', context, ({ name }) => /^MuseS/i.test(name)),
  open: (address, options, context) =>
    BleSession.open(address, context, (link, host) => athenaProtocol(link, host, options)),
}
