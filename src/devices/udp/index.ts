/** Datagrams of JSON, of lines of numbers, or of bytes that a file describes. */
import { readEndpoint } from '../../network/index.ts'
import type { DeviceDriver } from '../../signal/index.ts'
import { readDescription } from '../_described/description.ts'
import { ValueSession, type ValueSource } from '../_network/value-session.ts'
import { readDatagram } from './datagram.ts'
import { FramedDatagrams } from './framed-datagrams.ts'
import { type UdpOptions, udpOptions } from './options.ts'

export const udp: DeviceDriver<UdpOptions> = {
  id: 'udp',
  title: 'UDP stream',
  help: 'Numbers that another program sends as datagrams, as JSON, lines or bytes; the address is our port.',
  address: { kind: 'stream', label: 'Port', example: '9000, or 0.0.0.0:9000 for other machines' },
  options: udpOptions,
  discover: async () => [],
  async open(address, options, context) {
    const at = readEndpoint(address, 'receiving by UDP')
    const { network } = context.transports
    const { description: path, counter } = options
    const framed = path ? new FramedDatagrams(readDescription(path)) : null
    const open: ValueSource['open'] = (listener) =>
      network.udp(at, (bytes, _from, hostTime) => {
        if (framed) {
          framed.read(bytes, hostTime, listener)
          return
        }
        const message = readDatagram(bytes, counter)
        if (message) listener.message(message, hostTime)
        else listener.refused()
      })
    const described = framed && { ...framed.described, isCounted: framed.isCounted }
    return ValueSession.open({ driver: 'udp', address, open, described }, options, context)
  },
}
