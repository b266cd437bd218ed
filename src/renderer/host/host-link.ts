/**
 * The way to the host and back: calls out, setup, status and frames in. When the host goes away
 * it is looked for again and again; what it says then replaces all that was known.
 */
import {
  type Channel,
  ContractClient,
  type EventData,
  type EventName,
  type Method,
  type Params,
  type Result,
  type ViewFrames,
} from '../../contract/index.ts'
import { SynapseError } from '../../signal/index.ts'
import { Store } from '../state/store.ts'
import { backoffMs } from './backoff.ts'

export interface LinkState {
  readonly kind: 'connecting' | 'open' | 'away'
  /** Failed attempts since the host was last here. */
  readonly attempts: number
}

export interface HostListener {
  /** A channel is open; what was known of an earlier host no longer holds. */
  opened(): void
  event<E extends EventName>(name: E, data: EventData<E>): void
  frames(frames: ViewFrames): void
  problem(error: SynapseError): void
}

export class HostLink {
  readonly state = new Store<LinkState>({ kind: 'connecting', attempts: 0 })
  readonly #openChannel: () => Promise<Channel>
  readonly #listener: HostListener
  #client: ContractClient | null = null

  constructor(openChannel: () => Promise<Channel>, listener: HostListener) {
    this.#openChannel = openChannel
    this.#listener = listener
  }

  async connect(): Promise<void> {
    try {
      const channel = await this.#openChannel()
      this.#listener.opened()
      this.#client = new ContractClient(channel, {
        event: (name, data) => this.#listener.event(name, data),
        frames: (frames) => this.#listener.frames(frames),
        problem: (error) => this.#listener.problem(error),
        closed: () => this.#away(),
      })
      this.state.set({ kind: 'open', attempts: 0 })
    } catch {
      this.#away()
    }
  }

  /** @throws SynapseError what the host answered, or link-lost */
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    if (this.#client) return this.#client.call(method, params)
    return Promise.reject(
      new SynapseError('link-lost', `calling ${method}: the host is away`, {
        remedy: 'Wait until the status bar says that it is back.',
      }),
    )
  }

  #away(): void {
    this.#client = null
    const attempts = this.state.get().attempts + 1
    this.state.set({ kind: 'away', attempts })
    setTimeout(() => void this.connect(), backoffMs(attempts - 1))
  }
}
