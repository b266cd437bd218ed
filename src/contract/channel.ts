/** A pipe between two processes that keeps the order: a WebSocket or a MessagePort. */
export interface Channel {
  /** Text carries messages, bytes carry frames. The bytes may be handed over, not copied. */
  send(data: string | Uint8Array<ArrayBuffer>): void
  /** One listener; what came before it was set is lost, so it is set at once. */
  onMessage(listener: (data: string | Uint8Array) => void): void
  onClose(listener: () => void): void
  close(): void
}

/** A browser's or a program's end of a WebSocket. */
interface SocketLike {
  binaryType: string
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: () => void): void
}

export function socketChannel(socket: SocketLike): Channel {
  socket.binaryType = 'arraybuffer'
  return {
    send: (data) => socket.send(data),
    onMessage(listener) {
      socket.addEventListener('message', ({ data }) => {
        if (typeof data === 'string') listener(data)
        else if (data instanceof ArrayBuffer) listener(new Uint8Array(data))
      })
    },
    onClose: (listener) => socket.addEventListener('close', listener),
    close: () => socket.close(),
  }
}

/** The end of a MessagePort that a window holds. */
interface PortLike {
  postMessage(data: unknown): void
  start(): void
  close(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: () => void): void
}

export function portChannel(port: PortLike): Channel {
  return {
    send: (data) => port.postMessage(data),
    onMessage(listener) {
      port.addEventListener('message', ({ data }) => {
        if (typeof data === 'string' || data instanceof Uint8Array) listener(data)
      })
      port.start()
    },
    onClose: (listener) => port.addEventListener('close', listener),
    close: () => port.close(),
  }
}
