/** A Bluetooth driver and its emulated board, streaming in air made of memory. */
import type { DeviceEmulator, EmulatorEvent } from '../src/devices/_emulator/emulator.ts'
import { type DeviceDriver, type DeviceSession, parseOptions } from '../src/signal/index.ts'
import { during } from './device-clock.ts'
import { DeviceLog, type StreamLog } from './device-log.ts'
import { type AiredBoard, airedBoard } from './device-memory-air.ts'
import { transportsWith } from './device-transports.ts'

export interface OpenBoard extends AiredBoard {
  readonly session: DeviceSession
  readonly out: DeviceLog
  /** Of the stream whose id ends so. */
  stream(name: string): StreamLog
}

export async function openBoard<O, E>(
  driver: DeviceDriver<O>,
  emulator: DeviceEmulator<E>,
  options: Record<string, unknown> = {},
  driverOptions: Record<string, unknown> = {},
): Promise<OpenBoard> {
  const board = await airedBoard(emulator, options)
  const { clock, air } = board
  const widths = new Map<string, number>()
  const out = new DeviceLog((id) => widths.get(id))
  const session = await during(
    clock,
    driver.open(board.address, parseOptions(driver.id, driver.options, driverOptions), {
      out,
      clock,
      transports: transportsWith({ ble: air }),
    }),
  )
  for (const { id, channels } of session.streams) widths.set(id, channels.length)
  const stream = (name: string) => out.stream(`${driver.id}/${name}`)
  return { ...board, session, out, stream }
}

/** Which of the notifications on these characteristics did not arrive whole. */
export function missingOn(events: readonly EmulatorEvent[], ...on: readonly string[]): Set<number> {
  const missing = events.filter(
    (event) => /lost|corrupted/.test(event.kind) && on.includes(event.on ?? ''),
  )
  return new Set(missing.map(({ index }) => index!))
}

/** The indices that gaps cover. */
export function indicesInGaps({ gaps }: StreamLog): number[] {
  return gaps.flatMap(({ atSample, lostSamples }) =>
    Array.from({ length: lostSamples }, (_, i) => atSample + i),
  )
}

/** The samples of packets that are missing, as far as the stream came. */
export function samplesOf(packets: ReadonlySet<number>, perPacket: number, end: number): number[] {
  return [...packets]
    .sort((a, b) => a - b)
    .flatMap((packet) => Array.from({ length: perPacket }, (_, i) => packet * perPacket + i))
    .filter((index) => index < end)
}
