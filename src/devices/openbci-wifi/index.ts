/** OpenBCI boards on a WiFi shield. */
import {
  asSynapseError,
  type DeviceDriver,
  type SerialTransport,
  type SsdpAnswer,
  SynapseError,
} from '../../signal/index.ts'
import { SerialSession } from '../_session/serial-session.ts'
import { type WifiOptions, wifiOptions } from './options.ts'
import { ShieldProtocol } from './protocol.ts'
import { searchTarget } from './search-target.ts'
import { openShield, Shield } from './shield-link.ts'

/** The shield's own, where it is an access point. */
const accessPoint = '192.168.4.1'

export const openbciWifi: DeviceDriver<WifiOptions> = {
  id: 'openbci-wifi',
  title: 'OpenBCI WiFi shield',
  help: 'A Cyton, Cyton + Daisy or Ganglion on a WiFi shield; the address is the shield’s.',
  address: {
    kind: 'stream',
    label: 'Address',
    example: `192.168.1.20, or ${accessPoint} in its own network`,
  },
  options: wifiOptions,
  async discover({ transports }) {
    try {
      const answers = await transports.network.search(searchTarget)
      return answers.filter(isShield).map((answer) => {
        const address = addressOf(answer)
        return { driver: 'openbci-wifi', address, name: 'OpenBCI WiFi shield', detail: address }
      })
    } catch (cause) {
      const problem = asSynapseError(cause, 'looking for WiFi shields').note
      return [{ driver: 'openbci-wifi', address: '', name: 'OpenBCI WiFi shield', problem }]
    }
  },
  async open(address, options, context) {
    if (!/^(localhost|[\w-]+(\.[\w-]+)+)(:\d+)?$/.test(address)) {
      throw new SynapseError('bad-option', `opening the WiFi shield at "${address}": no address`, {
        remedy: `Name its address; in the network that it makes itself that is ${accessPoint}.`,
      })
    }
    const board = await new Shield(address, context.transports.network).board()
    const serial: SerialTransport = {
      list: async () => [],
      open: (_path, _baudRate, listener) => openShield(address, options, context, listener),
    }
    const shielded = { ...context, transports: { ...context.transports, serial } }
    let protocol: ShieldProtocol | undefined
    const session = await SerialSession.open(address, 0, shielded, async (line) => {
      protocol = new ShieldProtocol(address, board, options, context)
      await line.send('s')
      await protocol.set(line)
      return protocol
    })
    context.out.fact({ name: 'firmware', value: board.version })
    const { impedance } = protocol!
    return impedance ? Object.assign(session, { impedance }) : session
  },
}

/** Other things answer to that search, too. */
function isShield({ headers }: SsdpAnswer): boolean {
  return /openbci|wifi shield|espressif|arduino|esp8266/i.test(Object.values(headers).join(' '))
}

function addressOf({ host, headers }: SsdpAnswer): string {
  const [, at] = /^https?:\/\/([^/]+)/.exec(headers.location ?? '') ?? []
  return (at ?? host).replace(/:80$/, '')
}
