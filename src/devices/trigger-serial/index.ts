/** A trigger box on a serial port: a byte is a marker. */
import type { DeviceDriver } from '../../signal/index.ts'
import { MarkerSession } from '../_session/marker-session.ts'
import { type TriggerOptions, triggerOptions } from './options.ts'
import { TriggerReader } from './triggers.ts'

export const triggerSerial: DeviceDriver<TriggerOptions> = {
  id: 'trigger-serial',
  title: 'Serial trigger box',
  help: 'Each byte on a serial port is a marker with its value; the address is the port.',
  address: { kind: 'port', label: 'Port', example: '/dev/ttyUSB0, COM3 …' },
  options: triggerOptions,
  // Any port may be one: nothing tells a trigger box from others.
  discover: async () => [],
  open(address, options, context) {
    const reader = new TriggerReader(context.out, options)
    const { serial } = context.transports
    const openLink = serial.open.bind(serial, address, options.baudRate)
    return MarkerSession.open(address, context, openLink, reader)
  },
}
