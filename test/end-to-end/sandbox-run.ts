/** Sandboxed nodes in a host that records, and over the recording: what the tests of both need. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { openFileSource, openRecording, summarise } from '../../src/formats/index.ts'
import type { GraphSpec } from '../../src/graph/index.ts'
import { type AcquisitionHost, openHost, runGraph } from '../../src/main/index.ts'
import { RingReader } from '../../src/ring/index.ts'
import { type Chunk, emptyLedger, newChunkBuffer } from '../../src/signal/index.ts'
import { compileModule, gain, type ModuleParts } from '../sandbox-modules.ts'
import { type ScratchFolder, scratchFolder } from '../scratch-folder.ts'

const channels = 8
const rateHz = 1000

export async function until(what: string, holds: () => boolean, seconds = 10): Promise<void> {
  for (let waited = 0; !holds(); waited += 0.01) {
    if (waited > seconds) throw new Error(`waited for ${what} in vain`)
    await pause(10)
  }
}

/** `calibrate` and behind it sandboxed nodes, each an output of its own name. */
export function graphOf(nodes: Record<string, Record<string, unknown>>): GraphSpec {
  return {
    version: 1,
    name: 'sandboxes',
    sources: { raw: { type: 'EEG' } },
    nodes: {
      calibrated: { node: 'calibrate' },
      ...Object.fromEntries(
        Object.entries(nodes).map(([id, options]) => [id, { node: 'sandbox', options }]),
      ),
    },
    edges: [
      { from: 'raw', to: 'calibrated' },
      ...Object.keys(nodes).map((to) => ({ from: 'calibrated', to })),
    ],
    outputs: {
      calibrated: 'calibrated',
      ...Object.fromEntries(Object.keys(nodes).map((id) => [id, id])),
    },
  }
}

export type Answers = Map<string, Map<number, number[]>>

function keep(answers: Answers, name: string, chunk: Chunk, width: number): void {
  const frames = answers.get(name) ?? new Map<number, number[]>()
  answers.set(name, frames)
  for (let f = 0; f < chunk.frames; f++) {
    const at = f * chunk.stride
    frames.set(chunk.firstSample + f, [...chunk.data.subarray(at, at + width)])
  }
}

export class LiveRun {
  readonly folder: ScratchFolder = scratchFolder()
  readonly answers: Answers = new Map()
  readonly host: AcquisitionHost
  #device = ''
  #stop: () => void = () => {}

  constructor() {
    this.host = openHost({ folder: this.folder.path('.'), modules: this.folder.path('.') })
    onTestFinished(() => this.host.end())
  }

  async module(name: string, parts: ModuleParts | Uint8Array): Promise<void> {
    const bytes = parts instanceof Uint8Array ? parts : await compileModule(parts)
    this.folder.write(`${name}.wasm`, bytes)
  }

  /** Records, with the graph over the board from its first sample on. */
  async start(spec: GraphSpec): Promise<void> {
    this.#device = await this.host.prepare('synthetic', '', { channels, rateHz })
    await this.host.startRecording(this.folder.path('run.xdf'))
    const { info, writer } = this.host.streams()[0]!
    this.host.processing.open('sandboxes', { raw: { info, writer } }, spec)
    await until('the graph', () => this.#outputs().length > 0 || this.host.notices.list.length > 0)
    this.listen()
    await this.host.start(this.#device)
  }

  /** Reads the outputs that there are now. */
  listen(): void {
    this.#stop()
    const readers = this.#outputs().map(({ output: { name, ring } }) => ({
      name,
      width: ring.shape.channels,
      reader: new RingReader(ring, 'oldest'),
      into: newChunkBuffer({ ...ring.shape, maxFrames: 256 }),
    }))
    const timer = setInterval(() => {
      for (const { name, width, reader, into } of readers) {
        for (let result = reader.read(into); result !== 'empty'; result = reader.read(into)) {
          if (result === 'chunk') keep(this.answers, name, into, width)
        }
      }
    }, 20)
    this.#stop = () => clearInterval(timer)
  }

  count(name: string): number {
    return this.answers.get(name)?.size ?? 0
  }

  /** The notice about this node. */
  noticed(node: string) {
    return this.host.notices.list.find(({ note }) => note.message.includes(`node "${node}"`))
  }

  /** Stops everything. @returns the samples that there were, after proof that all are recorded */
  async end(): Promise<number> {
    await this.host.stop(this.#device)
    await pause(200)
    const { expected } = this.host.ledgers()[0]!.ledger
    const { path } = await this.host.stopRecording()
    this.#stop()
    expect(await ledgerOf(path)).toEqual({ expected, received: expected, lost: 0 })
    return expected
  }

  /** The same graph over the file. */
  async offline(spec: GraphSpec): Promise<Answers> {
    return overRecording(this.folder.path('run.xdf'), spec, this.folder.path('.'))
  }

  #outputs() {
    return this.host.processing.outputs().filter(({ lane }) => lane === 'sandboxes')
  }
}

async function ledgerOf(path: string) {
  const recording = await openRecording(await openFileSource(path), path)
  try {
    for await (const _ of recording.read()) {
      // Every frame is looked at.
    }
    return summarise(recording).ledger
  } finally {
    await recording.close()
  }
}

export async function overRecording(
  path: string,
  spec: GraphSpec,
  modules: string,
): Promise<Answers> {
  const answers: Answers = new Map()
  const width = new Map<string, number>()
  const recording = await openRecording(await openFileSource(path), path)
  try {
    const sink = {
      addStream: (info: { id: string; channels: readonly unknown[] }) =>
        void width.set(info.id, info.channels.length),
      write: (stream: string, chunk: Chunk) => keep(answers, stream, chunk, width.get(stream)!),
      marker: () => {},
      ledger: () => emptyLedger,
      flush: () => {},
    }
    await runGraph(spec, recording, new Map(), sink, {}, modules)
    return answers
  } finally {
    await recording.close()
  }
}

export const pagesOf = (most: number) => [
  '--runtime',
  'stub',
  '--use',
  'abort=',
  '--maximumMemory',
  `${most}`,
]
export const forever = 'while (true) { total += 1 }'
export const late = (what: string) => `total += 1; if (total > 300) { ${what} } ${gain}`
