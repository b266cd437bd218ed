/** Air made of memory: an emulated Bluetooth board and its driver, without a radio. */
import type { DeviceEmulator, RunningEmulator } from '../src/devices/_emulator/emulator.ts'
import type { Air, AirListener, Identity } from '../src/devices/_fake-bluez/air.ts'
import {
  type BleLink,
  type BleListener,
  type BleTransport,
  type Clock,
  parseOptions,
  SynapseError,
  sleep,
} from '../src/signal/index.ts'
import { ManualClock } from './device-clock.ts'
import type { TimedEvent } from './device-memory-serial.ts'

const connectSeconds = 0.05

type Notified = (bytes: Uint8Array, hostTime: number) => void

export class MemoryAir implements Air, BleTransport {
  readonly environment = {}
  /** What was written, as text. */
  readonly written: string[] = []
  /** Connections so far. */
  connections = 0
  /** Nobody answers although the board is there. */
  isJammed = false
  readonly #clock: Clock
  readonly #notified = new Map<string, Notified>()
  #identity!: Identity
  #board!: AirListener
  #isPresent = false
  #central: BleListener | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  enter(identity: Identity, board: AirListener): this {
    this.#identity = identity
    this.#board = board
    return this
  }

  appear(): void {
    this.#isPresent = true
  }

  vanish(): void {
    this.#isPresent = false
    const central = this.#central
    this.#cut()
    central?.lost()
  }

  notify(characteristic: string, bytes: Uint8Array): boolean {
    const notified = this.#notified.get(characteristic)
    notified?.(bytes, this.#clock.now())
    return notified !== undefined
  }

  async close(): Promise<void> {
    this.vanish()
  }

  async scan() {
    const { address, name, advertised, rssiDbm } = this.#identity
    return this.#isPresent ? [{ address, name, services: advertised, rssiDbm }] : []
  }

  async connect(address: string, listener: BleListener): Promise<BleLink> {
    await sleep(this.#clock, connectSeconds)
    if (!this.#isPresent || ![this.#identity.address, this.#identity.name].includes(address)) {
      throw new SynapseError('device-missing', `connecting to ${address}: it does not advertise`)
    }
    if (this.isJammed) throw new SynapseError('bluetooth-failed', `connecting to ${address}: jam`)
    this.connections++
    this.#central = listener
    this.#board.connected()
    return this.#link()
  }

  #cut(): void {
    this.#central = null
    this.#notified.clear()
    this.#board.disconnected()
  }

  #link(): BleLink {
    const all = this.#identity.services.flatMap(({ characteristics }) => characteristics)
    const central = this.#central
    const isOpen = () => this.#central === central
    const checked = async () => {
      if (!isOpen()) throw new SynapseError('link-lost', 'talking to the board: it is gone')
    }
    return {
      name: this.#identity.name,
      characteristics: new Set(all.map(({ uuid }) => uuid)),
      mtu: 247,
      read: async (uuid) => {
        await checked()
        return this.#board.read(uuid)
      },
      write: async (uuid, bytes) => {
        await checked()
        this.written.push(Buffer.from(bytes).toString('latin1'))
        this.#board.write(uuid, bytes)
      },
      subscribe: async (uuid, notified) => {
        await checked()
        this.#notified.set(uuid, notified)
      },
      rssiDbm: async () => this.#identity.rssiDbm,
      close: async () => {
        if (isOpen()) this.#cut()
      },
    }
  }
}

export interface AiredBoard {
  readonly address: string
  readonly clock: ManualClock
  readonly air: MemoryAir
  readonly emulator: RunningEmulator
  readonly events: TimedEvent[]
}

/** The emulated board in air of its own, at the pace of a clock that the test moves. */
export async function airedBoard<O>(
  emulator: DeviceEmulator<O>,
  options: Record<string, unknown> = {},
  clock = new ManualClock(),
): Promise<AiredBoard> {
  const air = new MemoryAir(clock)
  const events: TimedEvent[] = []
  const running = await emulator.start(parseOptions(emulator.id, emulator.options, options), {
    clock,
    event: (event) => events.push({ ...event, time: clock.now() }),
    openAir: async (identity, board) => air.enter(identity, board),
  })
  return { address: running.address, clock, air, emulator: running, events }
}
