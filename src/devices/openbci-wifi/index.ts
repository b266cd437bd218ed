/** OpenBCI boards on a WiFi shield. */
import {
  asSynapseError,
  type DeviceDriver,
  type SerialTransport,
  SynapseError,
} from '../../signal/index.ts'
import { SerialSession } from '../_session/serial-session.ts'
import { accessPoint, foundShields } from './discovery.ts'
import { type WifiOptions, wifiOptions } from './options.ts'
import { ShieldProtocol } from './protocol.ts'
import { openShield, Shield } from './shield-link.ts'

export const openbciWifi: DeviceDriver<WifiOptions> = {
  id: 'openbci-wifi',
  title: 'OpenBCI WiFi shield',
  help: 'A Cyton, Cyton + Daisy or Ganglion on a WiFi shield; the address is the shield’s.',
  address: {
    kind: 'stream',
    label: 'Address',
    example: `192.168.1.20, or ${accessPoint} in its own network; empty for the only one`,
  },
  options: wifiOptions,
  async discover({ transports }) {
    try {
      const addresses = await foundShields(transports.network)
      return addresses.map((address) => ({
        driver: 'openbci-wifi',
        address,
        name: 'OpenBCI WiFi shield',
        detail: address,
      }))
    } catch (cause) {
      const problem = asSynapseError(cause, 'looking for WiFi shields').note
      return [{ driver: 'openbci-wifi', address: '', name: 'OpenBCI WiFi shield', problem }]
    }
  },
  async open(given, options, context) {
    const address = given || (await theOnlyShield(context.transports.network))
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

async function theOnlyShield(network: Parameters<typeof foundShields>[0]): Promise<string> {
  const [address, another] = await foundShields(network)
  if (address && !another) return address
  throw new SynapseError(
    'device-missing',
    `looking for a WiFi shield: ${another ? 'there are several' : 'none answers'}`,
    {
      remedy: `Switch it on and name its address; in the network that it makes itself that is ${accessPoint}.`,
    },
  )
}
