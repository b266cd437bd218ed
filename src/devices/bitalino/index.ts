/** BITalino over a serial port: Bluetooth's serial profile, or USB. */
import type { DeviceDriver } from '../../signal/index.ts'
import { SerialSession } from '../_session/serial-session.ts'
import { type BitalinoOptions, bitalinoOptions } from './options.ts'
import { greetBitalino } from './protocol.ts'

const baudRate = 115200

export const bitalino: DeviceDriver<BitalinoOptions> = {
  id: 'bitalino',
  title: 'BITalino',
  help: 'Up to six analogue and four digital inputs at 1 kHz; the address is its (Bluetooth) serial port.',
  address: { kind: 'port', label: 'Port', example: '/dev/rfcomm0, COM5 …' },
  options: bitalinoOptions,
  // A serial port over Bluetooth bears no sign of what is behind it, and asking would open it.
  discover: async () => [],
  open: (address, options, context) =>
    SerialSession.open(address, baudRate, context, greetBitalino(address, options, context)),
}
