/**
 * The one noble of this process. It is loaded when it is first needed, because on a machine without
 * Bluetooth loading it may fail; and made anew when its connection to the system has broken.
 */
import { createRequire } from 'node:module'
import type { Noble } from '@stoprocent/noble'
import type { Clock } from '../../signal/index.ts'
import { bluezDevices } from './bluez.ts'
import { within } from './within.ts'

const require = createRequire(import.meta.url)
const readySeconds = 5

/** What the pinned version of noble has inside of its D-Bus binding. */
interface Inside {
  readonly _bindings?: {
    readonly _bus?: {
      on(event: 'error', listener: (cause: unknown) => void): void
      readonly _connection?: { on(event: 'end', listener: () => void): void }
    }
  }
}

export class NobleRadio {
  readonly #clock: Clock
  #noble: Noble | null = null
  #listeners = new Set<() => void>()
  /** The last thing that noble complained of. */
  complaint = ''

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Called when the connection to the system's Bluetooth has broken. */
  onBroken(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @throws Error, with words that `bleError` knows */
  async ready(): Promise<Noble> {
    if (process.platform === 'linux') {
      const silent = () => new Error('BlueZ does not answer')
      await within(this.#clock, readySeconds, bluezDevices(), silent)
    }
    const noble = (this.#noble ??= this.#load())
    // Reading the state starts it.
    const until = this.#clock.now() + readySeconds
    while (noble.state !== 'poweredOn' && this.#clock.now() < until) {
      if (/unsupported|unauthorized|poweredOff/.test(noble.state)) break
      await new Promise((resolve) => this.#clock.after(0.02, () => resolve(undefined)))
    }
    if (noble.state === 'poweredOn') return noble
    const { state } = noble
    this.#discard(noble)
    throw new Error(state === 'unknown' ? 'the adapter does not answer' : state)
  }

  #load(): Noble {
    this.complaint = ''
    // Not the package's own entry: that one opens a raw socket on Linux, which needs root.
    const withBindings = require('@stoprocent/noble/lib/resolve-bindings.js') as (
      binding?: string,
    ) => Noble
    const noble = withBindings(process.platform === 'linux' ? 'dbus' : 'default')
    noble.removeAllListeners('warning')
    noble.on('warning', (text: unknown) => {
      this.complaint = String(text)
    })
    void noble.state
    const bus = (noble as unknown as Inside)._bindings?._bus
    bus?.on('error', () => this.#discard(noble))
    bus?._connection?.on('end', () => this.#discard(noble))
    return noble
  }

  #discard(noble: Noble): void {
    if (this.#noble !== noble) return
    this.#noble = null
    for (const listener of [...this.#listeners]) listener()
    try {
      noble.stop()
    } catch {
      // It may have stopped half-way already.
    }
  }
}
