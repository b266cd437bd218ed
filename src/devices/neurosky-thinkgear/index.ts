/** NeuroSky's ThinkGear headsets (MindWave): one electrode at 512 Hz over a serial port. */
import type { DeviceDriver } from '../../signal/index.ts'
import { openAtEither } from '../_session/baud-rates.ts'
import { type ThinkgearOptions, thinkgearOptions } from './options.ts'
import { greetThinkgear } from './protocol.ts'

export const neuroskyThinkgear: DeviceDriver<ThinkgearOptions> = {
  id: 'neurosky-thinkgear',
  title: 'NeuroSky MindWave (ThinkGear)',
  help: 'One electrode at 512 Hz over Bluetooth serial or the RF dongle; the address is the port.',
  address: { kind: 'port', label: 'Port', example: '/dev/rfcomm0, COM5 …' },
  options: thinkgearOptions,
  // A serial port over Bluetooth bears no sign of what is behind it, and asking would open it.
  discover: async () => [],
  open: (address, options, context) => {
    const rates = options.baudRate === 'auto' ? [57600, 115200] : [Number(options.baudRate)]
    return openAtEither(address, rates, context, greetThinkgear(address, options, context))
  },
}
