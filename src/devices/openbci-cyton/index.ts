/** OpenBCI Cyton, 8 channels at 250 Hz, through its USB dongle. */
import type { DeviceDriver, FoundDevice } from '../../signal/index.ts'
import { type CytonOptions, cytonOptions } from './options.ts'
import { CytonSession } from './session.ts'

/** The dongle's USB chip: FTDI FT231X. */
const dongle = { vendorId: '0403', productId: '6015' }

export const openbciCyton: DeviceDriver<CytonOptions> = {
  id: 'openbci-cyton',
  title: 'OpenBCI Cyton',
  help: 'Eight channels at 250 Hz over the USB dongle; the address is its serial port.',
  options: cytonOptions,
  async discover({ transports }) {
    const ports = await transports.serial.list()
    return ports
      .filter((port) => port.added || matches(port.vendorId, port.productId))
      .map(
        (port): FoundDevice => ({
          driver: 'openbci-cyton',
          address: port.path,
          name: 'OpenBCI Cyton',
          detail: [port.path, port.serialNumber].filter(Boolean).join(' · '),
          ...(port.problem ? { problem: port.problem } : {}),
        }),
      )
  },
  open: (address, options, context) => CytonSession.open(address, options, context),
}

function matches(vendorId?: string, productId?: string): boolean {
  return vendorId === dongle.vendorId && productId === dongle.productId
}
