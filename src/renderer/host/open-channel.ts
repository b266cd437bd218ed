/** A way to the host: the desktop window's port, or a WebSocket to where the page came from. */
import { type Channel, portChannel, socketChannel } from '../../contract/index.ts'

declare global {
  interface Window {
    /** Set by the preload of the desktop window, and by nothing else. */
    readonly synapse?: { readonly desktop: boolean }
  }
}

/** Rejects, without saying more, when nobody answers. */
export function openChannel(): Promise<Channel> {
  return window.synapse?.desktop === true ? openPort() : openSocket()
}

/** The preload hears what the page posts to itself, and answers in the same way with a port. */
function openPort(): Promise<Channel> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent) => {
      const port = event.ports[0]
      if (event.source !== window || event.data !== 'synapse-contract-port' || !port) return
      window.removeEventListener('message', listen)
      resolve(portChannel(port))
    }
    window.addEventListener('message', listen)
    window.postMessage('synapse-contract-wanted', '*')
  })
}

function openSocket(): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const socket = new WebSocket(`${scheme}://${location.host}/contract`)
    socket.addEventListener('open', () => resolve(socketChannel(socket)))
    socket.addEventListener('error', reject)
  })
}
