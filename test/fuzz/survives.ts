/**
 * Files with something wrong, opened and read one after the other: seeded, in memory.
 */
import { getHeapStatistics } from 'node:v8'
import { expect } from 'vitest'
import { memorySource } from '../../src/formats/io.ts'
import { openRecording } from '../../src/formats/open.ts'
import { SynapseError } from '../../src/signal/index.ts'
import { random } from '../sound-recording.ts'
import { type Anatomy, mutated } from './mutations.ts'
import { fuzzedPackets } from './packets.ts'

/** Of the processor, for one file: a machine that is busy with other things is no fault of it. */
const mostCpuSeconds = 2
/** What one file may cause to be allocated, of a few hundred bytes. */
const mostBytes = 200 * 2 ** 20

type Files = Readonly<Record<string, Uint8Array>>

/** Each of the files is mutated in turn; the first is the one that is opened. */
export type Seed = Readonly<Record<string, Anatomy>>

/** Opens and reads all of it. @returns the error's code, or the samples read */
async function readOrRefuse(files: Files): Promise<string | number> {
  const [[name, bytes] = ['', new Uint8Array()]] = Object.entries(files)
  const neighbour = async (file: string) => {
    const found = files[file]
    if (found) return memorySource(found)
    throw new SynapseError('file-missing', `opening ${file}: it is not there`)
  }
  try {
    const recording = await openRecording(memorySource(bytes), name, neighbour)
    let samples = 0
    for await (const item of recording.read()) {
      if (item.kind === 'chunk') samples += item.chunk.frames
    }
    await recording.close()
    return samples
  } catch (error) {
    if (error instanceof SynapseError) return error.code
    throw error
  }
}

/** Every one is read as far as it goes, or refused with its reason. */
export async function survives(name: string, seeds: readonly Seed[]): Promise<void> {
  for (const seed of seeds) expect(await readOrRefuse(bytesOf(seed))).toBeGreaterThan(0)
  const outcomes = new Map<string, number>()
  for (let number = 0; number < fuzzedPackets; number++) {
    const files = attempt(seeds, number)
    const before = cost()
    const outcome = await readOrRefuse(files).catch((error: unknown) => {
      throw new Error(`${name} ${number}: ${String(error)}`, { cause: error })
    })
    const after = cost()
    const spent = { cpu: after.cpuSeconds - before.cpuSeconds, bytes: after.bytes - before.bytes }
    if (spent.cpu > mostCpuSeconds || spent.bytes > mostBytes) {
      throw new Error(`${name} ${number}: ${spent.cpu} s, ${spent.bytes} bytes`)
    }
    const kind = typeof outcome === 'number' ? 'read' : outcome
    outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1)
  }
  for (const kind of outcomes.keys()) {
    expect(kind).toMatch(/^(read|file-damaged|file-unreadable|file-missing)$/)
  }
  // Neither harmless nor all beyond reading: both ways are gone.
  const read = outcomes.get('read') ?? 0
  expect(read).toBeGreaterThan(fuzzedPackets / 10)
  expect(fuzzedPackets - read).toBeGreaterThan(fuzzedPackets / 1000)
}

function bytesOf(seed: Seed): Files {
  return Object.fromEntries(Object.entries(seed).map(([name, { bytes }]) => [name, bytes]))
}

/** The same number is the same files. */
function attempt(seeds: readonly Seed[], number: number): Files {
  const next = random(number)
  const seed = seeds[number % seeds.length]!
  const names = Object.keys(seed)
  const chosen = names[Math.floor(next() * names.length)]!
  return { ...bytesOf(seed), [chosen]: mutated(seed[chosen]!, next) }
}

/** What was collected meanwhile is missing in it: less than was allocated, never more. */
function cost() {
  const { user, system } = process.threadCpuUsage()
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
  return { cpuSeconds: (user + system) / 1e6, bytes: heap + external }
}
