/**
 * What drivers cost: each per packet in memory, sixteen Cytons at once over terminals beside
 * BrainFlow on the same ports, and how long a byte takes to the ring.
 */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generatedSource } from '../../../src/devices/_cyton/board-source.ts'
import type { PtyOptions } from '../../../src/devices/_emulator/pty-board.ts'
import { EmulatedBitalino } from '../../../src/devices/bitalino/emulator.ts'
import { EmulatedChords } from '../../../src/devices/chords/emulator.ts'
import { EmulatedExplore } from '../../../src/devices/mentalab-explore/emulator.ts'
import { EmulatedThinkgear } from '../../../src/devices/neurosky-thinkgear/emulator.ts'
import { CytonBoard } from '../../../src/devices/openbci-cyton/board.ts'
import { brainflowPython } from '../kernels/peers.ts'
import { type BenchRow, row } from '../row.ts'
import { costPerPacket, type MemoryCase } from './in-memory.ts'
import { boardCount, costOfBoards, emulatedBoards } from './sixteen-boards.ts'

const run = promisify(execFile)
const goalPercent = 20
const sound: PtyOptions = {
  ...{ speed: 1, unplugSeconds: 1, lose: 0, corrupt: 0, delay: 0, delaySeconds: 0.2 },
  ...{ seed: 1, sparePackets: 20 },
}
const boards = join(import.meta.dirname, '..', '..', '..', 'examples', 'boards')
const cyton = (reply: (bytes: Uint8Array) => void) =>
  new CytonBoard(generatedSource(1), (text) => reply(Buffer.from(text, 'latin1')))

const cases: Readonly<Record<string, MemoryCase>> = {
  'Cyton, with its clock': { driver: 'openbci-cyton', board: cyton, values: 8 },
  'Cyton, described by a file': {
    driver: 'serial-board',
    options: { description: join(boards, 'openbci-cyton.jsonc') },
    board: cyton,
    values: 8,
  },
  'Chords UNO R4': {
    driver: 'chords',
    board: (reply) => new EmulatedChords({ ...sound, board: 'UNO-R4' }, reply),
    values: 6,
  },
  BITalino: {
    driver: 'bitalino',
    board: (reply) => new EmulatedBitalino(sound, reply),
    values: 10,
  },
  ThinkGear: { driver: 'neurosky-thinkgear', board: () => new EmulatedThinkgear(sound), values: 1 },
  'Explore, 8 channels': {
    driver: 'mentalab-explore',
    board: () => new EmulatedExplore({ seed: 1, channels: 8 }),
    values: 8 * 16,
  },
}

export async function devicesSuite(): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const [name, each] of Object.entries(cases)) {
    const { microseconds, packetsPerSecond } = await costPerPacket(each)
    rows.push(row('devices', name, 'driver, per packet', microseconds, 'µs'))
    const channels = (each.values * 1e6) / microseconds / 250
    rows.push(row('devices', name, 'channels at 250 Hz that fill a core', channels, ''))
    rows.push(row('devices', name, 'share of a core', (microseconds * packetsPerSecond) / 1e4, '%'))
  }
  return [...rows, ...(await sixteenRows())]
}

async function sixteenRows(): Promise<BenchRow[]> {
  const name = `${boardCount} Cytons at once, terminals`
  const ours = await costOfBoards()
  const peer = await brainflowCost()
  const beside = (value?: number) =>
    value === undefined ? {} : { peer: ['BrainFlow', value] as const }
  return [
    row('devices', name, 'acquisition thread, of a core', ours.threadPercent, '%', {
      atMost: goalPercent,
    }),
    // BrainFlow parses and keeps; ours has fitted the times, and filters for the display, too.
    row('devices', name, 'the same', ours.threadPercent, '%', beside(peer?.percent)),
    row('devices', name, 'all threads, of a core', ours.processPercent, '%', beside(peer?.percent)),
    row('devices', name, 'samples', ours.samples, '', beside(peer?.samples)),
    row('devices', name, 'samples lost', ours.lost, ''),
    row('devices', name, 'byte to ring, median', ours.toRing.p50Ms, 'ms'),
    row('devices', name, 'byte to ring, p99', ours.toRing.p99Ms, 'ms'),
  ]
}

async function brainflowCost(): Promise<{ percent: number; samples: number } | null> {
  const ports = await emulatedBoards()
  try {
    const script = join(import.meta.dirname, 'brainflow_boards.py')
    const { stdout } = await run(await brainflowPython(), [script, ...ports.paths])
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as { percent: number; samples: number }
  } catch (cause) {
    process.stderr.write(`bench: leaving out BrainFlow: ${(cause as Error).message}\n`)
    return null
  } finally {
    await ports.end()
  }
}
