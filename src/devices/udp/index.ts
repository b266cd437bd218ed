/** Datagrams of JSON or of lines of numbers. */
import { readEndpoint } from '../../network/index.ts'
import type { DeviceDriver } from '../../signal/index.ts'
import { ValueSession, type ValueSource } from '../_network/value-session.ts'
import { readDatagram } from './datagram.ts'
import { type UdpOptions, udpOptions } from './options.ts'

export const udp: DeviceDriver<UdpOptions> = {
  id: 'udp',
  title: 'UDP stream',
  help: 'Numbers that another program sends as datagrams, as JSON or lines; the address is our port.',
  address: { kind: 'stream', label: 'Port', example: '9000, or 0.0.0.0:9000 for other machines' },
  options: udpOptions,
  discover: async () => [],
  async open(address, options, context) {
    const at = readEndpoint(address, 'receiving by UDP')
    const { network } = context.transports
    const open: ValueSource['open'] = (listener) =>
      network.udp(at, (bytes, _from, hostTime) => {
        const message = readDatagram(bytes, options.counter)
        if (message) listener.message(message, hostTime)
        else listener.refused()
      })
    return ValueSession.open({ driver: 'udp', address, open }, options, context)
  },
}
