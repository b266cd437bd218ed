/**
 * The link to a WiFi shield, which is told over HTTP what to do, and connects to us to send samples.
 * Its port is a serial port to whoever uses it: commands go in, packets come out. `b` and `s` are
 * the shield's own start and stop.
 */
import {
  type ByteLink,
  type Clock,
  type DeviceContext,
  type HttpAnswer,
  type LinkListener,
  type NetworkTransport,
  SynapseError,
  sleep,
} from '../../signal/index.ts'
import { type BoardKind, boardKinds } from './boards.ts'
import type { WifiOptions } from './options.ts'

export interface SeenBoard {
  readonly kind: BoardKind
  readonly version: string
}

const connectSeconds = 4
const pollSeconds = 0.01
/** Two commands at once are one too many for the shield: it takes the next a little later. */
const busySeconds = 0.03
const mostTries = 5
/** What the shield answers where the board has said nothing for two seconds. */
const unanswered = 502
const busy = 503

export class Shield {
  readonly #address: string
  readonly #network: NetworkTransport

  constructor(address: string, network: NetworkTransport) {
    this.#address = address
    this.#network = network
  }

  /** @throws SynapseError device-missing, wrong-device */
  async board(): Promise<SeenBoard> {
    const board = this.#object(await this.#ask('GET', '/board'))
    if (board.board_connected !== true) throw this.#wrong('no board sits on the shield')
    const kind = boardKinds.find((each) => each === board.board_type)
    if (!kind) throw this.#wrong(`a board "${String(board.board_type)}" is not known`)
    return { kind, version: (await this.#ask('GET', '/version')).trim() }
  }

  /** @param mayBeSilent a board that streams answers nothing: '' */
  async command(command: string, clock: Clock, mayBeSilent: boolean): Promise<string> {
    for (let tries = 1; ; tries++) {
      const { status, text } = await this.#request('POST', '/command', { command })
      if (status === unanswered && mayBeSilent) return ''
      if (status !== busy || tries === mostTries) return this.#checked('/command', status, text)
      await sleep(clock, busySeconds)
    }
  }

  start(): Promise<string> {
    return this.#ask('GET', '/stream/start')
  }

  stop(): Promise<string> {
    return this.#ask('GET', '/stream/stop')
  }

  /** Makes it connect to us. */
  async sendTo(
    ip: string,
    port: number,
    { output, latencyMs }: Pick<WifiOptions, 'output' | 'latencyMs'>,
  ): Promise<void> {
    await this.#ask('POST', '/tcp', {
      ip,
      port,
      output,
      delimiter: false,
      latency: Math.round(latencyMs * 1000),
      redundancy: false,
      sample_numbers: true,
      timestamps: true,
    })
  }

  async #ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<string> {
    const { status, text } = await this.#request(method, path, body)
    return this.#checked(path, status, text)
  }

  #request(method: 'GET' | 'POST', path: string, body?: unknown): Promise<HttpAnswer> {
    return this.#network.request(method, `http://${this.#address}${path}`, body)
  }

  #checked(path: string, status: number, text: string): string {
    if (status === 200) return text
    const reasons: Record<number, string> = {
      400: 'it has lost the board',
      401: 'no board sits on it',
      [unanswered]: 'the board does not answer',
      [busy]: 'it is busy with another command',
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
  options: WifiOptions,
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
  const listening = await network.listen({ host, port: options.port }, (link) => {
    // One shield, one connection: nobody else puts samples in between.
    if (connection || isOver) {
      void link.close()
      return nobody
    }
    connection = link
    return { bytes: (bytes, hostTime) => listener.bytes(bytes, hostTime), lost: hungUp }
  })
  try {
    await shield.sendTo(host, listening.at.port, options)
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
      const answer = await shield.command(command, clock, isStreaming)
      // Between packets an answer would be taken for damage.
      if (!isStreaming) listener.bytes(Buffer.from(`${answer}$$$`, 'latin1'), clock.now())
    } catch (error) {
      // A shield that was switched off does not hang up: that it does not answer tells.
      if (isStreaming) hungUp()
      throw error
    }
  }
}
