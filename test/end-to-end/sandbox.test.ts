/**
 * Anybody's module in a live graph: what it gives is right, and whatever it does wrong stops that
 * node within a second, by name, and costs nobody else anything.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openFileSource, openRecording, summarise } from '../../src/formats/index.ts'
import type { GraphSpec } from '../../src/graph/index.ts'
import { type AcquisitionHost, openHost, runGraph } from '../../src/main/index.ts'
import { RingReader } from '../../src/ring/index.ts'
import { type Chunk, emptyLedger, newChunkBuffer } from '../../src/signal/index.ts'
import {
  compileExample,
  compileModule,
  gain,
  type ModuleParts,
  runningSum,
} from '../sandbox-modules.ts'
import { type ScratchFolder, scratchFolder } from '../scratch-folder.ts'
import { soundRecording } from '../sound-recording.ts'

const channels = 8
const rateHz = 1000

async function until(what: string, holds: () => boolean, seconds = 10): Promise<void> {
  for (let waited = 0; !holds(); waited += 0.01) {
    if (waited > seconds) throw new Error(`waited for ${what} in vain`)
    await pause(10)
  }
}

/** `calibrate` and behind it sandboxed nodes, each an output of its own name. */
function graphOf(nodes: Record<string, Record<string, unknown>>): GraphSpec {
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

type Answers = Map<string, Map<number, number[]>>

function keep(answers: Answers, name: string, chunk: Chunk, width: number): void {
  const frames = answers.get(name) ?? new Map<number, number[]>()
  answers.set(name, frames)
  for (let f = 0; f < chunk.frames; f++) {
    const at = f * chunk.stride
    frames.set(chunk.firstSample + f, [...chunk.data.subarray(at, at + width)])
  }
}

class LiveRun {
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
    this.host.processing.open('sandboxes', info, writer, spec)
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

async function overRecording(path: string, spec: GraphSpec, modules: string): Promise<Answers> {
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

test('live and over the recording a module gives the same, whole and sample for sample', async () => {
  const run = new LiveRun()
  await run.module('gain', {})
  await run.module('sum', { process: runningSum })
  const spec = graphOf({
    tripled: { module: 'gain', parameters: [3] },
    sums: { module: 'sum' },
    coarse: { module: run.folder.path('sum.wasm'), blockFrames: 50, channels: ['a', 'b'] },
  })
  await run.module('sum', {
    process: runningSum,
    open: 'channels = blockFrames === 50 ? 2 : channels; return channels',
  })
  await run.start(spec)
  await pause(1500)
  const samples = await run.end()
  expect(run.host.notices.list).toEqual([])
  const live = run.answers
  expect(live.get('tripled')!.size).toBe(samples)
  for (const [sample, values] of live.get('tripled')!) {
    const input = live.get('calibrated')!.get(sample)!
    expect(values).toEqual(input.map((value) => Math.fround(3 * value)))
  }
  expect(live.get('coarse')!.size).toBe(Math.floor(samples / 50))
  const offline = await run.offline(spec)
  for (const name of ['calibrated', 'tripled', 'sums', 'coarse']) {
    expect(offline.get(name)).toEqual(live.get(name))
  }
})

const pagesOf = (most: number) => [
  '--runtime',
  'stub',
  '--use',
  'abort=',
  '--maximumMemory',
  `${most}`,
]
const forever = 'while (true) { total += 1 }'
const late = (what: string) => `total += 1; if (total > 300) { ${what} } ${gain}`

describe('what a module does wrong stops it within a second, and costs nobody else anything', () => {
  const cases: readonly [
    what: string,
    parts: ModuleParts,
    code: string,
    message: RegExp,
    isLate?: boolean,
  ][] = [
    ['loops in process', { process: late(forever) }, 'node-failed', /not returned for 0.5 s/, true],
    ['loops in open', { open: forever }, 'node-failed', /opening.*not returned for 0.5 s/],
    ['loops when it starts', { start: forever }, 'node-failed', /opening.*not returned for 0.5 s/],
    ['traps', { process: late('unreachable()') }, 'node-failed', /process: unreachable/, true],
    [
      'reads out of bounds',
      { process: late('return load<i32>(0x7fffff00)') },
      'node-failed',
      /process: memory access out of bounds/,
      true,
    ],
    [
      'divides by zero',
      { process: late('return 1 / (frames - 1)') },
      'node-failed',
      /process: divide by zero/,
      true,
    ],
    [
      'takes 4 GiB as it runs',
      {
        process: late('memory.grow(65000); memory.fill(0, 1, 0xffff0000)'),
        flags: ['--runtime', 'stub', '--use', 'abort='],
      },
      'node-failed',
      /process: memory access out of bounds/,
      true,
    ],
    [
      'asks for 4 GiB',
      { flags: pagesOf(65536) },
      'graph-invalid',
      /65536 pages of memory, 1024 are allowed/,
    ],
    [
      'wants a function of the host',
      {
        more: '@external("env", "exit") declare function exit(): void',
        process: 'exit(); return 1',
      },
      'graph-invalid',
      /imports the function env\.exit/,
    ],
    ['lacks process', { without: ['process'] }, 'graph-invalid', /not export the function process/],
    ['is of version 9', { version: 'return 9' }, 'graph-invalid', /version 9 of the ABI/],
    [
      'lies about its output',
      { outputPointer: 'return memory.size() * 65536 - 8' },
      'graph-invalid',
      /output_pointer is \d+: 8 values from there lie beyond/,
    ],
    [
      'gives more than it was asked for',
      { process: late('return 4096') },
      'node-failed',
      /process returned 4096 frames/,
      true,
    ],
  ]

  test.each(cases)('%s', async (_what, parts, code, message, isLate = false) => {
    const run = new LiveRun()
    await run.module('sound', {})
    await run.module('broken', parts)
    const spec = graphOf({
      good: { module: 'sound', parameters: [3] },
      bad: { module: 'broken' },
    })
    await run.start(spec)
    const before = process.memoryUsage.rss()
    // A module that fails as it runs has given answers until then.
    if (isLate) await until('answers', () => run.count('bad') > 200)
    // Whose thread was started at the same time: a second for the module, not for the machine.
    await until('the answers of others', () => run.count('good') > 0)
    const began = run.host.clock.now()
    await until('the notice', () => run.noticed('bad') !== undefined, 3)
    const notice = run.noticed('bad')!
    expect(notice.time - began).toBeLessThan(1)
    expect(notice.note).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(notice.note.message).toMatch(/node "bad" \(sandbox\), module /)
    const good = run.count('good')
    await until('more answers of others', () => run.count('good') > good + 250)
    expect(process.memoryUsage.rss() - before).toBeLessThan(300e6)
    const samples = await run.end()
    expect(run.count('good')).toBe(samples)
    expect(run.count('calibrated')).toBe(samples)
    if (!isLate) expect(run.count('bad')).toBe(0)
  })
})

test('a node that failed begins again with its state anew, and can be mended', async () => {
  const run = new LiveRun()
  await run.module('weak', { process: late('unreachable()') })
  await run.start(graphOf({ weak: { module: 'weak' } }))
  await until('the first failure', () => run.noticed('weak') !== undefined)
  expect(run.noticed('weak')!.note.remedy).toBe('It starts again in 0.5 s, with its state anew.')
  await until('the second failure', () => run.noticed('weak')!.note.remedy.includes(' 2 s'))
  // 300 answers each time; what came in the meantime is missing.
  await until('the last answers', () => run.count('weak') >= 600)
  expect(run.count('weak')).toBe(600)
  await run.module('weak', {})
  run.host.processing.apply('sandboxes', graphOf({ weak: { module: 'weak', parameters: [2] } }))
  run.listen()
  await until('answers of the mended module', () => run.count('weak') > 700)
  await run.end()
})

test('a module that is too slow skips samples, says how many, and holds up nobody', async () => {
  const run = new LiveRun()
  const slow = `let n: i64 = 0; while (n < 50_000_000) { n += 1; total += <f64>n } ${gain}`
  await run.module('slow', { process: slow })
  await run.module('sound', {})
  await run.start(graphOf({ slow: { module: 'slow' }, good: { module: 'sound' } }))
  await until('the notice', () => run.noticed('slow') !== undefined, 20)
  expect(run.noticed('slow')!.note.message).toMatch(/too slow, \d+ samples were skipped/)
  const samples = await run.end()
  expect(run.count('good')).toBe(samples)
})

test('a module that is not there is named, with those that are', async () => {
  const run = new LiveRun()
  await run.module('sound', {})
  await run.start(graphOf({ a: { module: 'nowhere' } }))
  await until('the notice', () => run.host.notices.list.length > 0)
  expect(run.host.notices.list[0]!.note).toEqual({
    code: 'file-missing',
    message: 'opening node "a" (sandbox): the module "nowhere" is not there',
    remedy: 'Modules found: sound. An absolute path names any other.',
  })
  await run.end()
})

describe('over a recording', () => {
  async function overSound(parts: ModuleParts | Uint8Array, options: object = {}) {
    const folder = scratchFolder()
    folder.write('module.wasm', parts instanceof Uint8Array ? parts : await compileModule(parts))
    const path = folder.write('sound.xdf', await soundRecording())
    return overRecording(path, graphOf({ it: { module: 'module', ...options } }), folder.path('.'))
  }

  test.each<[string, ModuleParts, string, RegExp]>([
    ['traps', { process: late('unreachable()') }, 'node-failed', /running node "it".*unreachable/],
    ['loops when told of a gap', { reset: forever }, 'node-failed', /"it".*not returned for 0.5 s/],
    ['loops in open', { open: forever }, 'node-failed', /opening node "it".*not returned/],
    ['wants 4 GiB', { flags: pagesOf(65536) }, 'graph-invalid', /"it".*65536 pages of memory/],
  ])('a module that %s ends the run by name', async (_what, parts, code, message) => {
    await expect(overSound(parts)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })

  test('the example in AssemblyScript runs', async () => {
    const answers = await overSound(await compileExample('baseline.ts'), { parameters: [0.5] })
    expect(answers.get('it')!.size).toBe(answers.get('calibrated')!.size)
  })

  // Debian's packages clang and lld; another system may have them elsewhere, or not at all.
  test.skipIf(!hasClang())(
    'the example in C gives the root mean square of every block',
    async () => {
      const answers = await overSound(compileC('loudness.c'), { blockFrames: 10 })
      const input = answers.get('calibrated')!
      const blocks = [...answers.get('it')!]
      expect(blocks.length).toBeGreaterThan(100)
      for (const [block, values] of blocks) {
        const frames = Array.from({ length: 10 }, (_, f) => input.get(block * 10 + f)!)
        for (const [c, value] of values.entries()) {
          const expected = Math.hypot(...frames.map((frame) => frame[c]!)) / Math.sqrt(10)
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-6 * expected)
        }
      }
    },
  )
})

function hasClang(): boolean {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const folders = (process.env.PATH ?? '').split(delimiter)
  return ['clang', 'wasm-ld'].every((program) =>
    folders.some((folder) => existsSync(join(folder, `${program}${suffix}`))),
  )
}

/** As the head of the file says. */
function compileC(name: string): Uint8Array {
  const source = join(import.meta.dirname, '..', '..', 'examples', 'sandboxed-node', name)
  const [, flags] = /clang (.*) \\\n/.exec(readFileSync(source, 'utf8'))!
  const product = scratchFolder().path('module.wasm')
  execFileSync('clang', [...flags!.split(' '), '-Wall', '-Werror', '-o', product, source])
  return readFileSync(product)
}
