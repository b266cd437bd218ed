/** Outputs of users' graphs as streams: recorded, counted, shown; and graphs that come back. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { ContractServer } from '../contract/index.ts'
import { deviceCatalog } from '../devices/catalog.ts'
import { systemTransports } from '../devices/index.ts'
import { openFileSource, openRecording } from '../formats/index.ts'
import { hostClock } from '../workers/index.ts'
import { graphHandlers } from './graph-handlers.ts'
import { AcquisitionHost } from './host.ts'
import { ViewPump } from './view-pump.ts'

const generous = { timeout: 40_000 }
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const text = (lowCutHz: number, kind = 'mine') => `{
  // By hand.
  "version": 1,
  "name": "${kind}",
  "sources": { "eeg": { "type": "EEG" } },
  "nodes": {
    "physical": { "node": "calibrate" },
    "clean": { "node": "filter-iir", "options": { "lowCutHz": ${lowCutHz}, "highCutHz": 40 } },
    "bands": { "node": "band-power", "options": { "windowSeconds": 1, "hopSeconds": 0.1 } },
    "peaks": { "node": "threshold", "options": { "level": 0 } }
  },
  "edges": [
    { "from": "eeg", "to": "physical" },
    { "from": "physical", "to": "clean" },
    { "from": "clean", "to": "bands" },
    { "from": "clean", "to": "peaks" }
  ],
  "outputs": { "cleaned": "clean", "bands": "bands", "peaks": "peaks" }
}`

/** One for the tests of outputs: its threads take a while to begin. */
let host: AcquisitionHost
let calls: ReturnType<typeof graphHandlers>
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graph-outputs-'))
  host = newHost()
  calls = graphHandlers(host)
  await host.open('synthetic', '', { channels: 4 })
})

afterAll(async () => {
  await host.end()
  rmSync(folder, { recursive: true, force: true })
})

function newHost(): AcquisitionHost {
  return new AcquisitionHost({
    clock: hostClock,
    drivers: deviceCatalog,
    transports: systemTransports(hostClock, []),
    models: new Map(),
    folder,
  })
}

async function contentOf(path: string) {
  const recording = await openRecording(await openFileSource(path), path)
  const found = new Map<string, { index: number[]; time: number[]; first: number[] }>()
  for await (const item of recording.read()) {
    if (item.kind !== 'chunk') continue
    const { chunk, stream } = item
    const rows = found.get(stream) ?? { index: [], time: [], first: [] }
    found.set(stream, rows)
    for (let f = 0; f < chunk.frames; f++) {
      rows.index.push(chunk.firstSample + f)
      rows.time.push(chunk.time[f]!)
      rows.first.push(chunk.data[f * chunk.stride]!)
    }
  }
  const { streams, markers, settings = [] } = recording
  await recording.close()
  const gaps = streams.flatMap(({ info: { id: stream }, gaps }) =>
    gaps.map(({ lostSamples, reason }) => ({ stream, lostSamples, reason })),
  )
  return { found, gaps, streams: streams.map(({ info }) => info), markers, settings }
}

async function received(more: number): Promise<void> {
  const now = () => host.recording.current?.status.ledger.received ?? 0
  const before = now()
  await expect.poll(now, generous).toBeGreaterThan(before + more)
}

test('outputs are streams of a recording, with what made them; a change stands at its sample', async () => {
  const id = await host.graphs.apply(null, text(1))
  await host.startRecording(join(folder, 'one.xdf'))
  await received(600)
  await host.graphs.apply(id, text(2))
  // Until its first window is full.
  await received(1500)
  // Another rate is another stream, from its first sample on.
  await host.graphs.apply(id, text(2).replace('"hopSeconds": 0.1', '"hopSeconds": 0.2'))
  await received(1500)
  const { path, ledger } = await host.stopRecording()
  const { streams, found, gaps, markers, settings } = await contentOf(path)
  expect(
    streams.map(({ id, name, type, nominalRateHz }) => [id, name, type, nominalRateHz]),
  ).toEqual([
    ['synthetic/eeg', 'Synthetic EEG', 'EEG', 250],
    ['graph mine/cleaned', 'mine cleaned', 'EEG', 250],
    ['graph mine/bands', 'mine bands', 'Features', 10],
    ['graph mine/peaks', 'mine peaks', 'Events', 0],
    ['graph mine/bands#2', 'mine bands', 'Features', 5],
  ])
  const [eeg, cleaned, bands, later] = [
    'synthetic/eeg',
    'graph mine/cleaned',
    'graph mine/bands',
    'graph mine/bands#2',
  ].map((stream) => found.get(stream)!)
  const timeAt = new Map(eeg!.index.map((index, i) => [index, eeg!.time[i]!]))
  const common = cleaned!.index.filter((index) => timeAt.has(index))
  expect(common.length).toBeGreaterThan(1000)
  for (const [i, index] of cleaned!.index.entries()) {
    expect(timeAt.get(index) ?? cleaned!.time[i]).toBe(cleaned!.time[i])
  }
  // Nothing is missing between the old stream and the next one, but what its first window takes.
  expect(later!.time[0]! - bands!.time.at(-1)!).toBeLessThan(3)
  // The window of bands began anew with the filter before it: a gap of that stream alone.
  expect(gaps.map(({ stream }) => stream)).toEqual(['graph mine/bands'])
  expect(ledger.lost).toBe(gaps[0]!.lostSamples)
  expect(gaps[0]!.reason).toBe('settings')

  const { origin } = streams[1]!
  expect(origin.source).toBe('graph')
  expect(origin.settings).toMatchObject({ graph: 'mine', output: 'cleaned', version: 1 })
  expect(origin.settings!.json).toBe(text(1))
  expect(origin.settings!.sha256).toBe(createHash('sha256').update(text(1)).digest('hex'))
  expect(streams[4]!.origin.settings).toMatchObject({ version: 3 })

  const labels = ['graph mine changed to version 2', 'graph mine changed to version 3']
  expect(markers.map(({ label }) => label)).toEqual(labels)
  const graphs = settings.map((row) => JSON.parse(row.text).at(-1))
  expect(graphs.map(({ version }) => version)).toEqual([1, 2, 3])
  expect(graphs[1]).toMatchObject({ graph: 'mine', json: text(2) })
  for (const row of [1, 2]) {
    const { fromSample } = graphs[row].sources.eeg
    expect(graphs[row].sources.eeg.stream).toBe('synthetic/eeg')
    expect(settings[row]!.time).toBe(markers[row - 1]!.time)
    expect(Math.abs(timeAt.get(fromSample)! - settings[row]!.time)).toBeLessThan(1 / 250)
  }
  await calls['graph.close']({ id })
})

test('what is not to be recorded is not; what runs while it records begins within it', async () => {
  const { id } = await calls['graph.apply']({ id: null, text: text(1) })
  await calls['graph.wish']({ id, isRecorded: false })
  await host.startRecording(join(folder, 'two.xdf'))
  const other = await calls['graph.apply']({ id: null, text: text(1, 'other') })
  await received(600)
  await calls['graph.close']({ id: other.id })
  const { path } = await host.stopRecording()
  const { streams, markers } = await contentOf(path)
  const ids = ['synthetic/eeg', 'cleaned', 'bands', 'peaks']
  expect(streams.map((stream) => stream.id.replace('graph other/', ''))).toEqual(ids)
  const labels = ['graph other runs as version 1', 'graph other ended']
  expect(markers.map(({ label }) => label)).toEqual(labels)
  await calls['graph.wish']({ id, isRecorded: true })
  await calls['graph.close']({ id })
})

test('outputs are counted and timed, and go to windows that want them: lines, steps, events', async () => {
  const servers = new Set<ContractServer>()
  const pump = new ViewPump(host, servers)
  onTestFinished(() => pump.end())
  const { id } = await calls['graph.apply']({ id: null, text: text(1) })
  const outputs = () => host.graphOutputs.list.map(({ output, isShown }) => [output, isShown])
  const hidden = ['cleaned', 'bands', 'peaks'].map((output) => [output, false])
  expect(outputs()).toEqual(hidden)
  for (const output of ['cleaned', 'bands', 'peaks']) {
    await calls['graph.show']({ id, output, isShown: true })
  }
  host.setView({ binRateHz: 50 })
  const shown = () => {
    pump.update()
    const own = pump.streams().filter(({ device }) => device === id)
    return own.map(({ source, drawn, rateHz, channels }) => {
      return [source, drawn ?? 'line', rateHz, channels.length]
    })
  }
  await expect.poll(shown, generous).toEqual([
    // Lowest and highest value of a bin.
    ['graph mine/cleaned', 'line', 50, 8],
    ['graph mine/bands', 'steps', 10, 20],
    ['graph mine/peaks', 'events', 0, 4],
  ])
  const figures = () => host.graphOutputs.figures[0]!
  await expect.poll(() => figures().latency?.p50Ms ?? 0, generous).toBeGreaterThan(0)
  const { ledger } = figures()
  expect(ledger).toMatchObject({ expected: ledger.received, lost: 0 })
  // No more bins than samples: the samples themselves.
  host.setView({ binRateHz: 250 })
  await expect.poll(() => shown()[0], generous).toEqual(['graph mine/cleaned', 'line', 250, 4])
  await calls['graph.show']({ id, output: 'cleaned', isShown: false })
  expect(shown().map(([source]) => source)).toEqual(['graph mine/bands', 'graph mine/peaks'])
  await calls['graph.close']({ id })
  expect(shown()).toEqual([])
  expect([...host.processing.graphs.keys()]).toEqual(['synthetic/eeg'])
})

test('a graph comes back when its stream does, where that was wished for; else it is offered', async () => {
  const { id } = await calls['graph.apply']({ id: null, text: text(1, 'faithful') })
  await calls['graph.apply']({ id, text: text(2, 'faithful') })
  const other = await calls['graph.apply']({ id: null, text: text(1, 'other') })
  await calls['graph.wish']({ id, startsAlone: true })
  await calls['graph.show']({ id, output: 'bands', isShown: true })
  await host.end()
  host = newHost()
  calls = graphHandlers(host)
  const kept = async () => {
    const { kept } = await calls['graph.look']({ id: null, revision: null })
    return Object.fromEntries(kept.map(({ name, state }) => [name, state]))
  }
  expect(await kept()).toEqual({ mine: 'ended', faithful: 'waiting', other: 'ended' })
  await host.open('synthetic', '', { channels: 4 })
  await expect.poll(kept, generous).toMatchObject({ faithful: 'running', other: 'ended' })
  const told = () => host.notices.list.map(({ note }) => note.message)
  await expect.poll(told, generous).toContainEqual(expect.stringMatching(/faithful again: .* anew/))
  expect(host.graphs.textOf(id)).toBe(text(2, 'faithful'))
  expect(host.graphs.makingOf(id)).toMatchObject({ version: 2 })
  expect(host.graphOutputs.list[1]).toMatchObject({ output: 'bands', isShown: true })
  await calls['graph.again']({ id: other.id })
  expect(await kept()).toMatchObject({ other: 'running' })
  expect(() => calls['graph.forget']({ id: other.id })).toThrow('it runs')
  // Ended by hand it does not come back by itself.
  await calls['graph.close']({ id })
  await pause()
  expect(host.processing.graphs.has(id)).toBe(false)
  expect(await kept()).toMatchObject({ faithful: 'ended' })
  await host.close('synthetic')
  await host.open('synthetic', '', { channels: 4 })
  expect(await kept()).toEqual({ mine: 'ended', faithful: 'ended', other: 'ended' })
  await calls['graph.forget']({ id })
  expect(await kept()).toEqual({ mine: 'ended', other: 'ended' })
})
