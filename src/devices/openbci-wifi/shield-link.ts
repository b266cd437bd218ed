/**
 * The link to a WiFi shield, which is told over HTTP what to do, and connects to us to send samples.
 * Its port is a serial port to whoever uses it: commands go in, packets come out. `b` and `s` are
 * the shield's own start and stop.
 */
import {
  type ByteLink,
  type DeviceContext,
  type LinkListener,
  type NetworkTransport,
  SynapseError,
  sleep,
} from '../../signal/index.ts'
import type { WifiOptions } from './options.ts'

export interface ShieldBoard {
  readonly kind: 'cyton' | 'daisy' | 'ganglion'
  readonly version: string
}

const connectSeconds = 4
const pollSeconds = 0.01

export class Shield {
  readonly #address: string
  readonly #network: NetworkTransport

  constructor(address: string, network: NetworkTransport) {
    this.#address = address
    this.#network = network
  }

  /** @throws SynapseError device-missing, wrong-device */
  async board(): Promise<ShieldBoard> {
    const board = this.#object(await this.#ask('GET', '/board'))
    const kind = board.board_type
    if (board.board_connected !== true) throw this.#wrong('no board sits on the shield')
    if (kind !== 'cyton' && kind !== 'daisy' && kind !== 'ganglion') {
      throw this.#wrong(`a board "${String(kind)}" is not known`)
    }
    return { kind, version: await this.#ask('GET', '/version') }
  }

  command(command: string): Promise<string> {
    return this.#ask('POST', '/command', { command })
  }

  start(): Promise<string> {
    return this.#ask('GET', '/stream/start')
  }

  stop(): Promise<string> {
    return this.#ask('GET', '/stream/stop')
  }

  /** Makes it connect to us. */
  async sendTo(ip: string, port: number, latencyMs: number): Promise<void> {
    await this.#ask('POST', '/tcp', {
      ip,
      port,
      output: 'raw',
      delimiter: false,
      latency: Math.round(latencyMs * 1000),
      redundancy: false,
      sample_numbers: true,
      timestamps: false,
    })
  }

  async #ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<string> {
    const url = `http://${this.#address}${path}`
    const { status, text } = await this.#network.request(method, url, body)
    if (status === 200) return text
    const reasons: Record<number, string> = {
      401: 'no board sits on it',
      504: 'it cannot connect to us',
    }
    throw new SynapseError(
      'device-missing',
      `asking the WiFi shield at ${this.#address} for ${path}: ${reasons[status] ?? `it answers ${status}`}`,
      { remedy: 'Switch board and shield off and on; let this program through the firewall.' },
    )
  }

  #object(text: string): Record<string, unknown> {
    try {
      const said: unknown = JSON.parse(text)
      if (typeof said === 'object' && said !== null) return said as Record<string, unknown>
    } catch {
      // Somebody else's page, say.
    }
    throw this.#wrong('what answers is no shield')
  }

  #wrong(why: string): SynapseError {
    return new SynapseError('wrong-device', `opening the WiFi shield at ${this.#address}: ${why}`)
  }
}

/** @throws SynapseError device-missing, address-in-use */
export async function openShield(
  address: string,
  { port, latencyMs }: WifiOptions,
  { transports: { network }, clock }: DeviceContext,
  listener: LinkListener,
): Promise<ByteLink> {
  const shield = new Shield(address, network)
  const host = await network.addressTowards(address.split(':')[0]!)
  let connection: ByteLink | null = null
  let isOver = false
  const over = async () => {
    isOver = true
    await connection?.close()
    await listening.close()
  }
  const hungUp = () => {
    if (isOver) return
    void over()
    listener.lost()
  }
  const nobody: LinkListener = { bytes: () => {}, lost: () => {} }
  const listening = await network.listen({ host, port }, (link) => {
    // One shield, one connection: nobody else puts samples in between.
    if (connection || isOver) {
      void link.close()
      return nobody
    }
    connection = link
    return { bytes: (bytes, hostTime) => listener.bytes(bytes, hostTime), lost: hungUp }
  })
  try {
    await shield.sendTo(host, listening.at.port, latencyMs)
    const deadline = clock.now() + connectSeconds
    while (!connection && clock.now() < deadline) await sleep(clock, pollSeconds)
    if (!connection) throw unconnected(address, host, listening.at.port)
  } catch (error) {
    await over()
    throw error
  }
  return { write: writer(shield, clock, listener, hungUp), close: over }
}

function unconnected(address: string, host: string, port: number): SynapseError {
  return new SynapseError(
    'device-missing',
    `opening the WiFi shield at ${address}: it does not connect to us at ${host}:${port}`,
    { remedy: 'Let this program through the firewall; name the port with the option "port".' },
  )
}

function writer(
  shield: Shield,
  clock: DeviceContext['clock'],
  listener: LinkListener,
  hungUp: () => void,
): ByteLink['write'] {
  let isStreaming = false
  return async (bytes) => {
    const command = Buffer.from(bytes).toString('latin1')
    try {
      if (command === 'b' || command === 's') {
        isStreaming = command === 'b'
        await (isStreaming ? shield.start() : shield.stop())
        return
      }
      const answer = await shield.command(command)
      // Between packets an answer would be taken for damage.
      if (!isStreaming) listener.bytes(Buffer.from(`${answer}$$$`, 'latin1'), clock.now())
    } catch (error) {
      // A shield that was switched off does not hang up: that it does not answer tells.
      if (isStreaming) hungUp()
      throw error
    }
  }
}
