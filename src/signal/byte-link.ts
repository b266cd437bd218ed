/** A link that carries bytes: a serial port, a connection over the network. */

export interface LinkListener {
  /** `bytes` are lent; `hostTime` is when they arrived. */
  bytes(bytes: Uint8Array, hostTime: number): void
  /** The other side went away; not called after `close()`. */
  lost(): void
}

export interface ByteLink {
  /** So long the port's bridge may hold bytes back, where the system tells. */
  readonly latencyMs?: number
  write(bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}
