/** The network as drivers and the host are lent it: datagrams, connections, requests. */
import type { ByteLink, LinkListener } from './byte-link.ts'

export interface Endpoint {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
}

export interface NetworkTransport {
  /**
   * Opens a port for datagrams.
   * @param heard `bytes` are lent; `hostTime` is when they arrived
   * @throws SynapseError address-in-use, bad-option
   */
  udp(at: Endpoint, heard: DatagramListener): Promise<DatagramPort>
  /**
   * Waits for others to connect.
   * @param connected is handed every connection, and says who listens to it
   * @throws SynapseError as `udp`
   */
  listen(at: Endpoint, connected: (link: ByteLink) => LinkListener): Promise<ListeningPort>
  /**
   * A short HTTP request.
   * @param body is sent as JSON
   * @throws SynapseError device-missing where nobody answers in time
   */
  request(method: 'GET' | 'POST', url: string, body?: unknown): Promise<HttpAnswer>
  /** @throws SynapseError bad-option, device-missing where nobody answers in time */
  webSocket(url: string, listener: TextListener): Promise<TextLink>
  /** Who answers to a search by SSDP; waits until all had time to. */
  search(target: string): Promise<readonly SsdpAnswer[]>
  /** The address under which that host sees this machine. */
  addressTowards(host: string): Promise<string>
}

export type DatagramListener = (bytes: Uint8Array, from: Endpoint, hostTime: number) => void

export interface DatagramPort {
  readonly at: Endpoint
  /** Never waits; what the system does not take is lost, as on the way. */
  send(bytes: Uint8Array, to: Endpoint): void
  close(): Promise<void>
}

export interface ListeningPort {
  readonly at: Endpoint
  /** Ends the connections, too. */
  close(): Promise<void>
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

export interface TextListener {
  text(text: string, hostTime: number): void
  /** The other side went away; not called after `close()`. */
  lost(): void
}

export interface TextLink {
  send(text: string): void
  close(): Promise<void>
}

export interface SsdpAnswer {
  /** Who answered. */
  readonly host: string
  /** Its header lines, the names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}
