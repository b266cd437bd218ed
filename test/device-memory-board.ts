/** The emulated Cyton on a port made of memory, at the pace of a clock that the test moves. */

import type { BoardSource } from '../src/devices/_cyton/amplifier.ts'
import { generatedSource } from '../src/devices/_cyton/board-source.ts'
import { channelCount } from '../src/devices/_cyton/packet.ts'
import type { EmulatorEvent } from '../src/devices/_emulator/emulator.ts'
import { PtyBoard } from '../src/devices/_emulator/pty-board.ts'
import type { Pty } from '../src/devices/_pty/pty.ts'
import {
  cytonBoard,
  type EmulatorOptions,
  emulatorOptions,
} from '../src/devices/openbci-cyton/emulator.ts'
import { parseOptions } from '../src/signal/index.ts'
import { ManualClock } from './device-clock.ts'

export class MemoryPort implements Pty {
  readonly path = 'memory'
  readonly written: Uint8Array[] = []
  isOpen = true
  /** Bytes that still fit before the reader must read. */
  room = Number.POSITIVE_INFINITY
  closed = false
  #toBoard = new Uint8Array(0)

  /** What the host says to the board. */
  say(text: string): void {
    this.#toBoard = Buffer.concat([this.#toBoard, Buffer.from(text, 'latin1')])
  }

  /** What the board has said since; the host has read it then. */
  heard(): Uint8Array {
    const bytes = Buffer.concat(this.written)
    this.written.length = 0
    return bytes
  }

  read(): Uint8Array | null {
    if (!this.isOpen) return null
    const bytes = this.#toBoard
    this.#toBoard = new Uint8Array(0)
    return bytes
  }

  write(bytes: Uint8Array): number {
    const taken = Math.min(this.room, bytes.length)
    this.room -= taken
    if (taken) this.written.push(bytes.slice(0, taken))
    return taken
  }

  close(): void {
    this.closed = true
  }
}

export interface MemoryBoard {
  readonly emulator: PtyBoard
  readonly clock: ManualClock
  readonly events: EmulatorEvent[]
  /** The port it is plugged into now. */
  readonly port: () => MemoryPort
}

export function memoryBoard(options: Record<string, unknown>, source?: BoardSource): MemoryBoard {
  const clock = new ManualClock()
  const events: EmulatorEvent[] = []
  const parsed: EmulatorOptions = parseOptions('openbci-cyton', emulatorOptions, options)
  let port = new MemoryPort()
  const emulator = new PtyBoard(
    parsed,
    { clock, event: (event) => events.push(event) },
    () => (port = new MemoryPort()),
    cytonBoard(parsed, source ?? generatedSource(1)),
  )
  return { emulator, clock, events, port: () => port }
}

/** Which packets never arrived whole. */
export function missingPackets(events: readonly EmulatorEvent[]): Set<number> {
  const missing = events.filter(({ kind }) => kind === 'lost' || kind === 'corrupted')
  return new Set(missing.map(({ packet }) => packet))
}

/** The same samples that a board with this seed sends, from its first on. */
export function sentCounts(seed: number, samples: number): Int32Array {
  const source = generatedSource(seed)
  const counts = new Int32Array(samples * channelCount)
  const accel = new Int16Array(3)
  for (let s = 0; s < samples; s++) {
    source.next(counts.subarray(s * channelCount, (s + 1) * channelCount), accel)
  }
  return counts
}
