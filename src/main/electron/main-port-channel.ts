/** The host's end of a MessagePort. */
import type { MessagePortMain } from 'electron'
import type { Channel } from '../../contract/index.ts'

export function mainPortChannel(port: MessagePortMain): Channel {
  return {
    send: (data) => port.postMessage(data),
    onMessage(listener) {
      port.on('message', ({ data }) => {
        if (typeof data === 'string' || data instanceof Uint8Array) listener(data)
      })
      port.start()
    },
    onClose: (listener) => port.on('close', listener),
    close: () => port.close(),
  }
}
