/** A serial port made of memory, with an emulated board on it, at the pace of a clock that the test moves. */
import type { EmulatorEvent } from '../src/devices/_emulator/emulator.ts'
import {
  type MakeBoard,
  PtyBoard,
  type PtyOptions,
  type SerialBoard,
} from '../src/devices/_emulator/pty-board.ts'
import type { OpenPty } from '../src/devices/_pty/pty.ts'
import {
  type DeviceDriver,
  parseOptions,
  type SerialTransport,
  SynapseError,
} from '../src/signal/index.ts'
import { during, ManualClock } from './device-clock.ts'
import { DeviceLog } from './device-log.ts'
import { MemoryPort } from './device-memory-board.ts'
import { transportsWith } from './device-transports.ts'

/** With the test's clock when it happened. */
export interface TimedEvent extends EmulatorEvent {
  readonly time: number
}

export interface MemorySerial {
  readonly clock: ManualClock
  readonly emulator: PtyBoard
  readonly events: TimedEvent[]
  readonly serial: SerialTransport
  /** Every packet that the board made, before anything befell it. */
  readonly made: Uint8Array[]
}

export function memorySerial(
  options: PtyOptions,
  makeBoard: MakeBoard,
  { clock = new ManualClock(), readSeconds = 0.01 } = {},
): MemorySerial {
  const events: TimedEvent[] = []
  const made: Uint8Array[] = []
  const { openPty, serial } = memoryPort(clock, readSeconds)
  const emulator = new PtyBoard(
    options,
    { clock, event: (event) => events.push({ ...event, time: clock.now() }) },
    openPty,
    (reply) => noting(makeBoard(reply), made),
  )
  return { clock, emulator, events, serial, made }
}

/** What a board is put on, and the port that a driver opens then. */
export function memoryPort(clock: ManualClock, readSeconds = 0.01) {
  let port = unopened()
  const openPty: OpenPty = () => (port = unopened())
  const serial: SerialTransport = {
    list: async () => [],
    async open(path, _baudRate, listener) {
      const opened = port
      if (opened.closed) throw new SynapseError('port-missing', `opening ${path}: no such port`)
      opened.isOpen = true
      const cancel = clock.every(readSeconds, () => {
        const bytes = opened.heard()
        if (bytes.length) listener.bytes(bytes, clock.now())
        if (!opened.closed) return
        cancel()
        listener.lost()
      })
      return {
        write: async (bytes) => opened.say(Buffer.from(bytes).toString('latin1')),
        async close() {
          opened.isOpen = false
          cancel()
        },
      }
    },
  }
  return { openPty, serial }
}

/** What a board says while nobody has the port open is gone. */
function unopened(): MemoryPort {
  const port = new MemoryPort()
  port.isOpen = false
  return port
}

function noting(board: SerialBoard, made: Uint8Array[]): SerialBoard {
  const packet = board.packet.bind(board)
  board.packet = (into, boardMs) => {
    const length = packet(into, boardMs)
    if (length) made.push(into.slice(0, length))
    return length
  }
  return board
}

/** The driver's session over it; not started. */
export async function openOver(
  driver: DeviceDriver,
  { clock, serial }: MemorySerial,
  options: Record<string, unknown> = {},
) {
  const out = new DeviceLog(() => undefined)
  const opening = driver.open('memory', parseOptions(driver.id, driver.options, options), {
    out,
    clock,
    transports: transportsWith({ serial }),
  })
  return { session: await during(clock, opening), out }
}
