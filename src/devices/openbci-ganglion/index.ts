/** OpenBCI Ganglion, four channels at 200 Hz, over Bluetooth. */
import type { DeviceDriver } from '../../signal/index.ts'
import { discoverBle } from '../_session/ble-discovery.ts'
import { BleSession } from '../_session/ble-session.ts'
import { type GanglionOptions, ganglionOptions } from './options.ts'
import { ganglionService } from './packet.ts'
import { ganglionProtocol } from './protocol.ts'

export const openbciGanglion: DeviceDriver<GanglionOptions> = {
  id: 'openbci-ganglion',
  title: 'OpenBCI Ganglion',
  help: 'Four channels at 200 Hz over Bluetooth; the address is its own or its name.',
  address: { kind: 'bluetooth', label: 'Board', example: 'E0:12:34:56:78:9A, Ganglion-ab12 …' },
  options: ganglionOptions,
  discover: (context) =>
    discoverBle('openbci-ganglion', context, ({ name, services }) => {
      return services.includes(ganglionService) || /^(Ganglion|Simblee)/i.test(name)
    }),
  open: (address, options, context) =>
    BleSession.open(address, context, (link, host) => ganglionProtocol(link, host, options)),
}
