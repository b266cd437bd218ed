/** OpenBCI Cyton, 8 channels at 250 Hz, through its USB dongle. */
import {
  asSynapseError,
  type DeviceDriver,
  type FoundDevice,
  type SerialPortInfo,
} from '../../signal/index.ts'
import { type CytonOptions, cytonOptions } from '../_cyton/options.ts'
import { SerialSession } from '../_session/serial-session.ts'
import { greetCyton } from './protocol.ts'

const baudRate = 115200
/** The dongle's USB chip: FTDI FT231X. */
const dongle = { vendorId: '0403', productId: '6015' }

export const openbciCyton: DeviceDriver<CytonOptions> = {
  id: 'openbci-cyton',
  title: 'OpenBCI Cyton',
  help: 'Eight channels at 250 Hz over the USB dongle; the address is its serial port.',
  address: { kind: 'port', label: 'Port', example: '/dev/ttyUSB0, COM3 …' },
  options: cytonOptions,
  async discover({ transports }) {
    try {
      return (await transports.serial.list()).filter(mayBeDongle).map(foundAt)
    } catch (cause) {
      const problem = asSynapseError(cause, 'listing the serial ports').note
      return [{ driver: 'openbci-cyton', address: '', name: 'OpenBCI Cyton', problem }]
    }
  },
  open: (address, options, context) =>
    SerialSession.open(address, baudRate, context, greetCyton(address, options)),
}

function mayBeDongle({ added, vendorId, productId }: SerialPortInfo): boolean {
  return added === true || (vendorId === dongle.vendorId && productId === dongle.productId)
}

function foundAt({ path, serialNumber, problem }: SerialPortInfo): FoundDevice {
  return {
    driver: 'openbci-cyton',
    address: path,
    name: 'OpenBCI Cyton',
    detail: [path, serialNumber].filter(Boolean).join(' · '),
    ...(problem ? { problem } : {}),
  }
}
