/**
 * The life of something that only sends markers: a trigger box, a keyboard of notes. It may be
 * silent for hours, so silence is no alarm; a port that goes away is, and is opened again.
 */
import {
  asSynapseError,
  type ByteLink,
  type DeviceContext,
  type DeviceSession,
  type LinkListener,
  SynapseError,
  sleep,
} from '../../signal/index.ts'

export type OpenLink = (listener: LinkListener) => Promise<ByteLink>

export interface MarkerReader {
  /** `bytes` are lent. */
  bytes(bytes: Uint8Array, hostTime: number): void
  /** What is half-read will never be completed. */
  cut(): void
}

const reopenSeconds = 0.25

export class MarkerSession implements DeviceSession {
  readonly streams = []
  readonly #address: string
  readonly #context: DeviceContext
  readonly #openLink: OpenLink
  readonly #reader: MarkerReader
  #link: ByteLink | null = null
  #reopening: Promise<void> = Promise.resolve()
  #mode: 'paused' | 'streaming' | 'closed' = 'paused'
  #closing: Promise<void> | null = null

  private constructor(
    address: string,
    context: DeviceContext,
    openLink: OpenLink,
    reader: MarkerReader,
  ) {
    this.#address = address
    this.#context = context
    this.#openLink = openLink
    this.#reader = reader
  }

  /** @throws SynapseError port-…, file-… */
  static async open(
    address: string,
    context: DeviceContext,
    openLink: OpenLink,
    reader: MarkerReader,
  ): Promise<MarkerSession> {
    const session = new MarkerSession(address, context, openLink, reader)
    const link = await openLink(session.#listener())
    session.#link = link
    const { latencyMs } = link
    if (latencyMs !== undefined) {
      context.out.fact({ name: 'bridge latency', value: latencyMs, unit: 'ms' })
    }
    return session
  }

  async start(): Promise<void> {
    this.#mode = 'streaming'
    if (this.#link) this.#context.out.link('streaming')
  }

  async stop(): Promise<void> {
    this.#mode = 'paused'
    this.#reader.cut()
    if (this.#link) this.#context.out.link('paused')
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    this.#mode = 'closed'
    await this.#link?.close()
    this.#link = null
    await this.#reopening
    this.#context.out.link('closed')
  }

  #listener(): LinkListener {
    return {
      bytes: (bytes, hostTime) => {
        if (this.#mode === 'streaming') this.#reader.bytes(bytes, hostTime)
      },
      lost: () => this.#lost(),
    }
  }

  #lost(): void {
    if (this.#mode === 'closed' || !this.#link) return
    this.#link = null
    this.#reader.cut()
    const what = `reading ${this.#address}: it was unplugged`
    this.#context.out.link('reconnecting', new SynapseError('link-lost', what))
    this.#reopening = this.#reopen()
  }

  async #reopen(): Promise<void> {
    while (!this.#isClosed() && !this.#link) {
      await sleep(this.#context.clock, reopenSeconds)
      if (this.#isClosed()) return
      try {
        await this.#takeUp(await this.#openLink(this.#listener()))
      } catch (error) {
        const { code } = asSynapseError(error, 'reconnecting')
        if (code !== 'port-missing' && code !== 'port-busy') {
          this.#context.out.fact({ name: 'reconnecting', value: code })
        }
      }
    }
  }

  async #takeUp(link: ByteLink): Promise<void> {
    // close() may have come while the port was opening.
    if (this.#isClosed()) {
      await link.close()
      return
    }
    this.#link = link
    this.#context.out.link(this.#mode === 'streaming' ? 'streaming' : 'paused')
  }

  #isClosed(): boolean {
    return this.#mode === 'closed'
  }
}
