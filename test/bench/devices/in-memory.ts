/**
 * What a driver costs per packet: its session over a port of memory, fed with packets that were made
 * before, as fast as it takes them; from the bytes to the chunks, which go nowhere.
 */
import type { SerialBoard } from '../../../src/devices/_emulator/pty-board.ts'
import { deviceCatalog } from '../../../src/devices/catalog.ts'
import {
  type DeviceOutput,
  type LinkListener,
  parseOptions,
  type Transports,
} from '../../../src/signal/index.ts'
import { during, ManualClock } from '../../device-clock.ts'
import { transportsWith } from '../../device-transports.ts'

export interface MemoryCase {
  readonly driver: string
  readonly options?: Record<string, unknown>
  readonly board: (reply: (bytes: Uint8Array) => void) => SerialBoard
  /** Values in a packet, of all channels. */
  readonly values: number
}

/** What comes of a port at one reading: about 8 ms. */
const readSeconds = 0.008
const rounds = 5
const packets = 40_000

export interface PacketCost {
  readonly microseconds: number
  readonly packetsPerSecond: number
}

export async function costPerPacket({
  driver,
  options = {},
  board,
}: MemoryCase): Promise<PacketCost> {
  const clock = new ManualClock()
  let listener: LinkListener | undefined
  const made = board((bytes) => listener?.bytes(bytes, clock.now()))
  const { maxPacketBytes, packetsPerSecond } = made
  const into = new Uint8Array(maxPacketBytes)
  let packet = 0
  const next = () => into.slice(0, made.packet(into, (packet++ * 1000) / packetsPerSecond))
  let frames = 0
  const out: DeviceOutput = {
    chunk: (_stream, chunk) => {
      frames += chunk.frames
    },
    ...{ gap: () => {}, clockOffset: () => {}, marker: () => {}, fact: () => {}, link: () => {} },
    configured: () => {},
  }
  const serial: Transports['serial'] = {
    list: async () => [],
    async open(_path, _baudRate, heard) {
      listener = heard
      return { write: async (bytes) => made.receive(bytes), close: async () => {} }
    },
  }
  const transports = transportsWith({ serial })
  const { open, options: schema } = deviceCatalog.get(driver)!
  // A device that streams by itself says what it is by that.
  const stopPumping = clock.every(1 / packetsPerSecond, () => {
    if (made.streaming) listener?.bytes(next(), clock.now())
  })
  const session = await during(
    clock,
    open('memory', parseOptions(driver, schema, options), { out, clock, transports }),
  )
  await during(clock, session.start())
  stopPumping()
  const reads = readsOf(next, packetsPerSecond)
  const costs: number[] = []
  for (let round = 0; round < rounds; round++)
    costs.push(await feed(reads, listener!, clock, round))
  await during(clock, session.close())
  if (frames < packets / 4) throw new Error(`${driver} took ${frames} frames only`)
  return { microseconds: costs.sort((a, b) => a - b)[rounds >> 1]!, packetsPerSecond }
}

interface Read {
  readonly bytes: Uint8Array
  readonly seconds: number
}

function readsOf(next: () => Uint8Array, packetsPerSecond: number): Read[] {
  const perRead = Math.max(1, Math.round(readSeconds * packetsPerSecond))
  return Array.from({ length: Math.ceil(packets / perRead / rounds) * rounds }, () => ({
    bytes: Buffer.concat(Array.from({ length: perRead }, next)),
    seconds: perRead / packetsPerSecond,
  }))
}

/** A part of them. @returns µs per packet */
async function feed(
  reads: readonly Read[],
  listener: LinkListener,
  clock: ManualClock,
  round: number,
): Promise<number> {
  const size = reads.length / rounds
  const own = reads.slice(round * size, (round + 1) * size)
  let now = clock.now()
  const from = performance.now()
  for (const { bytes, seconds } of own) {
    now += seconds
    listener.bytes(bytes, now)
  }
  const microseconds = (performance.now() - from) * 1000
  // The session’s watch sees the time that passed.
  clock.advance(0)
  await Promise.resolve()
  return microseconds / (packets / rounds)
}
