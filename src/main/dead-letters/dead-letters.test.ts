import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { askPyxdf } from '../../../test/oracles/xdf-facts.ts'
import { type ScratchFolder, scratchFolder } from '../../../test/scratch-folder.ts'
import { createFileSink, openFileSource, openRecording, XdfWriter } from '../../formats/index.ts'
import { type DeadLetter, deadLetter, type GraphSpec } from '../../graph/index.ts'
import { nodeCatalog } from '../../nodes/catalog.ts'
import {
  type NodeDefinition,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { runGraph } from '../offline/run-graph.ts'
import { exportLetters } from './export-letters.ts'
import { LaterSink } from './later-sink.ts'
import { LetterStore, type StoreLimits } from './letter-store.ts'
import { openLetterStore, openLiveLetterStore } from './open-store.ts'
import { listLetters, readLetter, replayLetters } from './read-letters.ts'

const rateHz = 250
const samples = 3000
const eeg: StreamInfo = {
  id: 'test/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: [physicalChannel('Fp1', 'EEG', 'uV'), physicalChannel('Fp2', 'EEG', 'uV')],
  origin: { source: 'test' },
}
const limits: StoreLimits = { bytes: 1 << 24, letters: 1000 }

/** Passes values on, and fails on a railed channel. */
const fragile: NodeDefinition = {
  ...nodeCatalog.get('calibrate')!,
  id: 'fragile',
  open(context) {
    const inner = nodeCatalog.get('calibrate')!.open(context)
    return {
      ...inner,
      process(port, chunk, emit) {
        for (let f = 0; f < chunk.frames; f++) {
          if (chunk.data[f * chunk.stride]! > 1000) throw new Error('the channel is railed')
        }
        inner.process(port, chunk, emit)
      },
    }
  },
}

function graphWith(kind: string): GraphSpec {
  const breaker = { failures: 2, windowSeconds: 10, coolDownSeconds: 0.5, probes: 2 }
  return {
    version: 1,
    name: 'letters',
    sources: { eeg: {} },
    nodes: {
      before: { node: 'calibrate' },
      middle: { node: kind, resilience: { onError: 'skip-chunk', breaker } },
      after: { node: 'calibrate' },
    },
    edges: [
      { from: 'eeg', to: 'before' },
      { from: 'before', to: 'middle' },
      { from: 'middle', to: 'after' },
    ],
    outputs: { raw: 'before', out: 'after' },
  }
}

const valueAt = (sample: number) => (sample % 700 === 650 ? 5000 : sample % 89)

async function recordingIn(folder: ScratchFolder): Promise<string> {
  const path = folder.path('in.xdf')
  const writer = new XdfWriter(createFileSink(path), { startedAt: new Date(0) })
  writer.addStream(eeg, { deviceTime: false, sequence: false })
  const chunk = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: 50 })
  for (let from = 0; from < samples; from += 50) {
    chunk.firstSample = from
    chunk.frames = 50
    for (let f = 0; f < 50; f++) {
      chunk.data[2 * f] = valueAt(from + f)
      chunk.data[2 * f + 1] = -(from + f)
      chunk.time[f] = chunk.hostTime[f] = 10 + (from + f) / rateHz
    }
    writer.write(eeg.id, chunk)
  }
  await writer.close()
  return path
}

function storeIn(folder: string, given = limits): LetterStore {
  let second = 0
  return new LetterStore({
    folder,
    limits: given,
    now: () => new Date(1000 * second++),
    newSink: (path) => createFileSink(path),
  })
}

/** By sample: the first channel of an output in a file. */
async function valuesIn(path: string, output: string): Promise<Map<number, number>> {
  const recording = await openRecording(await openFileSource(path), path)
  const values = new Map<number, number>()
  for await (const item of recording.read()) {
    if (item.kind === 'gap' || item.stream !== output) continue
    const { firstSample, frames, data, stride } = item.chunk
    for (let f = 0; f < frames; f++) values.set(firstSample + f, data[f * stride]!)
  }
  await recording.close()
  return values
}

async function runWithLetters(folder: ScratchFolder) {
  const path = await recordingIn(folder)
  const recording = await openRecording(await openFileSource(path), path)
  const store = storeIn(folder.path('letters'))
  const out = folder.path('out.xdf')
  const writer = new XdfWriter(createFileSink(out), { startedAt: new Date(0) })
  await runGraph(graphWith('fragile'), recording, new Map(), writer, {}, undefined, {
    catalog: new Map([...nodeCatalog, ['fragile', fragile]]),
    refused: (refusal) => store.add(deadLetter(refusal)!),
  })
  await writer.close()
  await store.close()
  await recording.close()
  return { letters: folder.path('letters'), out }
}

describe('F10 dead letters', () => {
  test('each is kept with its samples, times and reason, and any XDF reader opens them', async () => {
    const { letters, out } = await runWithLetters(scratchFolder())
    const { letters: list, dropped } = await listLetters(letters)
    const given = await valuesIn(out, 'out')
    expect(dropped).toBe(0)
    expect(list.filter(({ reason }) => reason === 'failed').length).toBeGreaterThan(1)
    expect(list.filter(({ reason }) => reason === 'resting').length).toBeGreaterThan(1)
    expect(list[0]).toMatchObject({
      number: 1,
      node: 'middle',
      port: 'in',
      reason: 'failed',
      code: 'node-failed',
      message: 'running node "middle" (fragile): the channel is railed',
    })
    // What was refused and what was given are the whole, and nothing twice.
    const refused = list.flatMap(({ firstSample, frames }) =>
      Array.from({ length: frames }, (_, f) => firstSample + f),
    )
    const all = [...given.keys(), ...refused].sort((a, b) => a - b)
    expect(all).toEqual(Array.from({ length: samples }, (_, sample) => sample))
    const { entry, info, frames } = await readLetter(letters, 1)
    expect(info).toMatchObject({ name: 'middle.in', nominalRateHz: rateHz })
    expect(frames).toHaveLength(entry.frames)
    for (const [f, { time, values }] of frames.entries()) {
      const sample = entry.firstSample + f
      expect(time).toBeCloseTo(10 + sample / rateHz, 9)
      expect(values).toEqual([valueAt(sample), -sample])
    }
    const files = readdirSync(letters).map((name) => join(letters, name))
    const [file] = await askPyxdf({ files, dejitter: false, values: true })
    const stream = file!.streams.find(({ name }) => name === 'middle.in')!
    expect(stream.samples).toBe(refused.length)
    const markers = file!.streams.find(({ name }) => name === 'Markers')!
    expect(markers.samples).toBe(list.length)
    await expect(readLetter(letters, 999)).rejects.toThrow(/letter 999/)
  })

  test('a mended graph gives exactly what was missing', async () => {
    const folder = scratchFolder()
    const { letters, out } = await runWithLetters(folder)
    const given = await valuesIn(out, 'out')
    const into = folder.path('mended')
    const [mended] = await replayLetters(letters, graphWith('calibrate'), new Map(), into, {})
    expect(mended).toMatchObject({ node: 'middle', refusedAgain: 0, leftOut: ['raw'] })
    const missing = await valuesIn(mended!.path, 'out')
    expect([...missing.keys()].some((sample) => given.has(sample))).toBe(false)
    const whole = new Map([...given, ...missing])
    expect(whole.size).toBe(samples)
    for (const [sample, value] of whole) expect(value).toBe(valueAt(sample))
  })

  test('a graph without the node, or a node with more inputs, is refused by name', async () => {
    const folder = scratchFolder()
    const { letters } = await runWithLetters(folder)
    const replay = (graph: GraphSpec) =>
      replayLetters(letters, graph, new Map(), folder.path('mended'), {})
    const { middle: _, ...nodes } = graphWith('calibrate').nodes
    const without = { ...graphWith('calibrate'), nodes, edges: [{ from: 'eeg', to: 'before' }] }
    const edges = [...without.edges, { from: 'before', to: 'after' }]
    await expect(replay({ ...without, edges })).rejects.toThrow(/no node "middle"/)
    const joined = graphWith('calibrate')
    joined.nodes.middle = { node: 'epoch' }
    joined.edges[1] = { from: 'before', to: 'middle.in' }
    joined.edges.push({ from: 'eeg', to: 'middle.markers' })
    await expect(replay(joined)).rejects.toThrow(/"middle" needs "markers" too/)
  })

  test('the oldest go when there are too many, counted, also those of earlier times', async () => {
    const folder = scratchFolder().path('letters')
    const given = { bytes: 1 << 24, letters: 40 }
    const first = storeIn(folder, given)
    for (let n = 0; n < 30; n++) first.add(letterAt(10 * n))
    await first.close()
    const before = await listLetters(folder)
    expect(before.letters).toHaveLength(30)
    const store = storeIn(folder, { ...given, letters: 16 })
    for (let n = 0; n < 100; n++) store.add(letterAt(1000 + 10 * n))
    await store.close()
    const { letters } = await listLetters(folder)
    const newest = letters.at(-1)!
    expect(newest.firstSample).toBe(1990)
    expect(letters.length).toBeLessThanOrEqual(16)
    expect(letters.length + store.account.dropped).toBe(130)
    expect(letters.map(({ firstSample }) => firstSample)).toEqual(
      Array.from({ length: letters.length }, (_, i) => 2000 - 10 * (letters.length - i)),
    )
  })

  test('a stream that begins anew has another file; what cannot be written is dropped, counted', async () => {
    const folder = scratchFolder()
    const store = storeIn(folder.path('letters'))
    for (const sample of [100, 50, 60]) store.add(letterAt(sample))
    await store.close()
    expect(readdirSync(folder.path('letters'))).toHaveLength(2)
    const troubles: string[] = []
    const broken = new LetterStore({
      folder: folder.path('letters'),
      limits,
      now: () => new Date(5000),
      newSink: () => new LaterSink(folder.path('none/x.xdf'), ({ code }) => troubles.push(code)),
      takes: (sink, bytes) => (sink as LaterSink).takes(bytes),
    })
    broken.add(letterAt(1))
    await expect.poll(() => troubles, { timeout: 20_000 }).toEqual(['io-failed'])
    broken.add(letterAt(20))
    await broken.close()
    expect(broken.account).toEqual({ written: 1, dropped: 1 })
  })
})

test('what has settled is found by whoever takes letters out, though the disk is written later', async () => {
  const folder = scratchFolder()
  const store = openLiveLetterStore(folder.path('letters'), () => {})
  store.add(letterAt(10), 'graph')
  await store.settled()
  const wanted = { lane: 'graph', node: letterAt(10).node }
  expect(await exportLetters(folder.path('letters'), folder.path('one'), wanted)).toBe(1)
  store.add(letterAt(30), 'graph')
  await store.settled()
  expect(await exportLetters(folder.path('letters'), folder.path('two'), wanted)).toBe(2)
  await store.close()
})

test('a folder that cannot be is refused', () => {
  const folder = scratchFolder()
  const file = folder.write('letters', new Uint8Array(1))
  expect(() => openLetterStore(join(file, 'inside'))).toThrow(/opening .*letters.inside: /)
})

function letterAt(firstSample: number): DeadLetter {
  const chunk = newChunkBuffer({ format: 'float32', channels: 2, maxFrames: 5 })
  chunk.firstSample = firstSample
  chunk.frames = 5
  for (let f = 0; f < 5; f++) chunk.time[f] = (firstSample + f) / rateHz
  const note = { code: 'node-failed' as const, message: 'made up', remedy: 'none' }
  return { node: 'n', port: 'in', info: eeg, reason: 'failed', note, chunk }
}
