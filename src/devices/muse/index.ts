/** Muse headbands of 2014 to 2016, Muse 2 and Muse S, over Bluetooth. */
import type { DeviceDriver } from '../../signal/index.ts'
import { museService } from '../_muse/control.ts'
import { discoverBle } from '../_session/ble-discovery.ts'
import { BleSession } from '../_session/ble-session.ts'
import { type MuseOptions, museOptions } from './options.ts'
import { museProtocol } from './protocol.ts'

export const muse: DeviceDriver<MuseOptions> = {
  id: 'muse',
  title: 'Muse 2016, 2 and S',
  help: 'Four electrodes at 256 Hz, motion and pulse over Bluetooth; the address is its own or its name.',
  address: { kind: 'bluetooth', label: 'Headband', example: '00:55:DA:B0:01:02, Muse-0102 …' },
  options: museOptions,
  discover: (context) =>
    // An Athena bears the name of a Muse S; only once connected can they be told apart.
    discoverBle('muse', context, ({ name, services }) => {
      return services.includes(museService) || /^Muse/i.test(name)
    }),
  open: (address, options, context) =>
    BleSession.open(address, context, (link, host) => museProtocol(link, host, options)),
}
