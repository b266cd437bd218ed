/** Mentalab Explore, 4, 8 or 32 channels, over the serial profile of Bluetooth. */
import type { DeviceDriver } from '../../signal/index.ts'
import { SerialSession } from '../_session/serial-session.ts'
import { type ExploreOptions, exploreOptions } from './options.ts'
import { greetExplore } from './protocol.ts'

/** A port of Bluetooth has no baud rate. */
const baudRate = 115_200

export const mentalabExplore: DeviceDriver<ExploreOptions> = {
  id: 'mentalab-explore',
  title: 'Mentalab Explore',
  help: 'Up to 32 channels with orientation and environment; the address is its serial port.',
  address: { kind: 'port', label: 'Port', example: '/dev/rfcomm0, COM5 …' },
  options: exploreOptions,
  discover: async () => [],
  open: (address, options, context) =>
    SerialSession.open(address, baudRate, context, greetExplore(address, options, context)),
}
