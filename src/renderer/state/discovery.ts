/** Looking for devices, and opening and closing them; what went wrong stays with its cause. */
import type { FoundDeviceEntry } from '../../contract/index.ts'
import { asSynapseError, type ErrorNote } from '../../signal/index.ts'
import type { HostLink } from '../host/host-link.ts'
import { Store } from './store.ts'

export interface DiscoveryState {
  /** Null until the first look has ended. */
  readonly found: readonly FoundDeviceEntry[] | null
  readonly looking: boolean
  readonly trouble: ErrorNote | null
  /** What is being opened, and what came of the last try, by `addressKey` or `byHand`. */
  readonly opening: ReadonlySet<string>
  readonly troubles: ReadonlyMap<string, ErrorNote>
}

/** Where the form for opening by hand has its trouble. */
export const byHand = 'by hand'

export interface OpenRequest {
  readonly driver: string
  readonly address: string
  readonly options?: Record<string, unknown>
}

export function addressKey({ driver, address }: { driver: string; address: string }): string {
  return `${driver}|${address}`
}

export class Discovery {
  readonly state = new Store<DiscoveryState>({
    found: null,
    looking: false,
    trouble: null,
    opening: new Set(),
    troubles: new Map(),
  })
  readonly #link: HostLink

  constructor(link: HostLink) {
    this.#link = link
  }

  async look(): Promise<void> {
    if (this.state.get().looking) return
    this.state.patch({ looking: true, trouble: null })
    try {
      const { found } = await this.#link.call('devices.discover', {})
      this.state.patch({ looking: false, found })
    } catch (error) {
      const { note } = asSynapseError(error, 'looking for devices')
      this.state.patch({ looking: false, trouble: note })
    }
  }

  /** @param at where trouble is to be shown @returns whether the device is open */
  async open(request: OpenRequest, at = addressKey(request)): Promise<boolean> {
    if (this.state.get().opening.has(at)) return false
    this.#opening(at, true)
    this.#trouble(at, null)
    try {
      await this.#link.call('devices.open', request)
      return true
    } catch (error) {
      this.#trouble(at, asSynapseError(error, `opening ${request.address || request.driver}`).note)
      return false
    } finally {
      this.#opening(at, false)
    }
  }

  async close(device: string): Promise<void> {
    this.#trouble(device, null)
    try {
      await this.#link.call('devices.close', { device })
    } catch (error) {
      this.#trouble(device, asSynapseError(error, `closing ${device}`).note)
    }
  }

  #opening(at: string, begins: boolean): void {
    const opening = new Set(this.state.get().opening)
    if (begins) opening.add(at)
    else opening.delete(at)
    this.state.patch({ opening })
  }

  #trouble(at: string, note: ErrorNote | null): void {
    const troubles = new Map(this.state.get().troubles)
    if (note) troubles.set(at, note)
    else troubles.delete(at)
    this.state.patch({ troubles })
  }
}
