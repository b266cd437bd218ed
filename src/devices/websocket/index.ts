/** A server that sends frames as JSON over a WebSocket. */
import { readStreamMessage } from '../../network/index.ts'
import { type DeviceDriver, SynapseError } from '../../signal/index.ts'
import { ValueSession, type ValueSource } from '../_network/value-session.ts'
import { type WebSocketOptions, webSocketOptions } from './options.ts'

export const websocket: DeviceDriver<WebSocketOptions> = {
  id: 'websocket',
  title: 'WebSocket stream',
  help: 'Frames that a server sends as JSON over a WebSocket; the address is its URL.',
  address: { kind: 'stream', label: 'URL', example: 'ws://127.0.0.1:9000' },
  options: webSocketOptions,
  discover: async () => [],
  async open(address, options, context) {
    if (!/^wss?:\/\/./.test(address)) {
      throw new SynapseError('bad-option', `connecting to "${address}": it is no WebSocket`, {
        remedy: 'Give an address such as ws://127.0.0.1:9000.',
      })
    }
    const { network } = context.transports
    const open: ValueSource['open'] = (listener) =>
      network.webSocket(address, {
        text(text, hostTime) {
          const message = readStreamMessage(text)
          if (message) listener.message(message, hostTime)
          else listener.refused()
        },
        lost: () => listener.lost(),
      })
    return ValueSession.open({ driver: 'websocket', address, open }, options, context)
  },
}
