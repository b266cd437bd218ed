/** Numbers that another program sends by Open Sound Control over UDP. */
import { readEndpoint } from '../../network/index.ts'
import type { DeviceDriver } from '../../signal/index.ts'
import { ValueSession, type ValueSource } from '../_network/value-session.ts'
import { OscRows } from './messages.ts'
import { type OscOptions, oscOptions } from './options.ts'

export const osc: DeviceDriver<OscOptions> = {
  id: 'osc',
  title: 'OSC stream',
  help: 'Numbers that another program sends by OSC over UDP; the address is our port.',
  address: { kind: 'stream', label: 'Port', example: '9000, or 0.0.0.0:9000 for other machines' },
  options: oscOptions,
  discover: async () => [],
  async open(address, options, context) {
    const at = readEndpoint(address, 'receiving OSC')
    const { network } = context.transports
    const open: ValueSource['open'] = (listener) => {
      const rows = new OscRows(listener)
      return network.udp(at, (bytes, _from, hostTime) => rows.datagram(bytes, hostTime))
    }
    return ValueSession.open({ driver: 'osc', address, open }, options, context)
  },
}
