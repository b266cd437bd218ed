/** Graphs of users over an emulated board: opened, changed, refused, taken back, looked at. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { deviceCatalog } from '../devices/catalog.ts'
import { systemTransports } from '../devices/index.ts'
import { readGraphText } from '../graph/index.ts'
import { newChunkBuffer, SynapseError } from '../signal/index.ts'
import { hostClock } from '../workers/index.ts'
import { listLetters, readLetter } from './dead-letters/read-letters.ts'
import { graphHandlers } from './graph-handlers.ts'
import { AcquisitionHost } from './host.ts'

const generous = 120_000
vi.setConfig({ testTimeout: generous })

const text = (lowHz: number, name = 'mine') => `{
  // Alpha, as it comes.
  "version": 1,
  "name": "${name}",
  "sources": { "eeg": { "type": "EEG" } },
  "nodes": {
    "physical": { "node": "calibrate" },
    "clean": { "node": "filter-iir", "options": { "lowCutHz": ${lowHz}, "highCutHz": 40 } }
  },
  "edges": [{ "from": "eeg", "to": "physical" }, { "from": "physical", "to": "clean" }],
  "outputs": { "cleaned": "clean" }
}`

/** One for all tests: its threads take a while to begin. */
let host: AcquisitionHost
let calls: ReturnType<typeof graphHandlers>

beforeAll(async () => {
  host = new AcquisitionHost({
    clock: hostClock,
    drivers: deviceCatalog,
    transports: systemTransports(hostClock, []),
    models: new Map(),
    folder: mkdtempSync(join(tmpdir(), 'live-graphs-')),
  })
  calls = graphHandlers(host)
  await host.open('synthetic', '', { channels: 4 })
}, generous)

afterAll(async () => {
  await host.end()
  rmSync(host.folder, { recursive: true, force: true })
}, generous)

async function look(id: string | null, revision: number | null = null) {
  return calls['graph.look']({ id, revision })
}

test('a graph runs beside those of the traces, is changed, and is taken back to what it was', async () => {
  const { id } = await calls['graph.apply']({ id: null, text: text(1) })
  expect(id).toBe('graph mine')
  const { graphs, shape } = await look(id)
  expect(graphs.map(({ isOwn, state }) => [isOwn, state])).toEqual([
    [false, expect.any(String)],
    [true, 'running'],
  ])
  expect(shape).toMatchObject({ text: text(1), isOwn: true, canUndo: false })
  const chunks = async (node: string) =>
    (await look(id)).meters!.nodes.find((each) => each.id === node)!.chunks
  await expect.poll(() => chunks('clean'), { timeout: 60_000 }).toBeGreaterThan(3)

  const { plan } = await calls['graph.check']({ id, text: text(2) })
  expect(plan!.nodes.map(({ fate }) => fate)).toEqual(['kept', 'anew'])
  const counted = await chunks('physical')
  await calls['graph.apply']({ id, text: text(2) })
  expect((await look(id)).shape).toMatchObject({ text: text(2), canUndo: true })
  // It goes on counting: it is the same node.
  expect(await chunks('physical')).toBeGreaterThanOrEqual(counted)
  await calls['graph.undo']({ id })
  expect((await look(id)).shape).toMatchObject({ text: text(1), canUndo: false })
  await expect(async () => calls['graph.undo']({ id })).rejects.toThrow('there is none')
  await calls['graph.close']({ id })
  expect(host.processing.graphs.has(id)).toBe(false)
})

test('C2: a graph that is refused leaves the old one running, and says where it is wrong', async () => {
  const { id } = await calls['graph.apply']({ id: null, text: text(1) })
  const running = host.processing.graphs.get(id)!.graph
  const wrong = text(1).replace('"filter-iir"', '"filter-irr"')
  const { problem } = await calls['graph.check']({ id, text: wrong })
  expect(problem).toMatchObject({ line: 8, node: 'clean', value: '"filter-irr"' })
  await expect(calls['graph.apply']({ id, text: wrong })).rejects.toThrow('unknown kind')
  const other = text(1).replace('"EEG"', '"EMG"')
  await expect(calls['graph.apply']({ id, text: other })).rejects.toThrow('is not there')
  const { graph } = host.processing.graphs.get(id)!
  expect(graph).toBe(running)
  expect(graph!.isOpen).toBe(true)
  expect(host.graphs.textOf(id)).toBe(text(1))
  await calls['graph.close']({ id })
})

test('a graph with other sources takes the place of the old one; the traces’ own is left alone', async () => {
  const { id } = await calls['graph.apply']({ id: null, text: text(1) })
  const renamed = text(1, 'other').replaceAll('"eeg"', '"signal"')
  expect((await calls['graph.check']({ id, text: renamed })).plan!.isBoundAnew).toBe(true)
  expect(await calls['graph.apply']({ id, text: renamed })).toEqual({ id })
  expect(host.processing.graphs.get(id)!.graph!.spec.name).toBe('other')
  const traces = host.streams()[0]!.info.id
  await expect(calls['graph.apply']({ id: traces, text: text(1) })).rejects.toThrow(
    'for the traces',
  )
  await expect(async () => calls['graph.close']({ id: traces })).rejects.toThrow('for the traces')
  await expect(calls['graph.apply']({ id: 'graph none', text: text(1) })).rejects.toThrow(
    'does not run any more',
  )
})

test('a graph that cannot be as it is says why, and the others can be looked at', async () => {
  const { info, writer } = host.streams()[0]!
  const spec = readGraphText(text(400), 'test')
  host.processing.open('impossible', { eeg: { info, writer } }, spec)
  const { shape, meters, graphs } = await look('impossible')
  expect(shape).toMatchObject({ name: 'mine', nodes: [], sources: [{ name: 'eeg' }] })
  expect(meters!.trouble).toMatchObject({ code: 'graph-invalid' })
  expect(graphs.map(({ id }) => id)).toContain(info.id)
  host.processing.close('impossible')
})

test('the library holds graphs with names and help, all of which are sound', async () => {
  const { graphs } = await calls['graph.library']({})
  expect(graphs.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['alpha neurofeedback', 'P300', 'sleep']),
  )
  for (const { help } of graphs) expect(help).not.toBe('')
})

test('what a node refused is listed, looked into, and taken out into a folder of its own', async () => {
  const info = { ...host.streams()[0]!.info, sampleFormat: 'float32' as const }
  const { note } = new SynapseError('node-failed', 'running node "clean" (x): too much')
  const letterAt = (node: string, firstSample: number) => {
    const chunk = newChunkBuffer({ format: 'float32', channels: 4, maxFrames: 8 })
    Object.assign(chunk, { firstSample, frames: 8 })
    for (let f = 0; f < 8; f++) {
      chunk.time[f] = (firstSample + f) / 250
      for (let c = 0; c < 4; c++) chunk.data[4 * f + c] = firstSample + f + c
    }
    return { node, port: 'in', info, reason: 'failed' as const, note, chunk }
  }
  const { deadLetters } = host.graphTrouble.listener
  deadLetters('graph mine', [letterAt('clean', 0), letterAt('clean', 16)], 0)
  deadLetters('graph mine', [letterAt('other', 32)], 2)
  const { folder, letters, written, dropped } = await calls['deadLetters.list']({
    graph: 'graph mine',
    node: 'clean',
  })
  expect({ written, dropped }).toEqual({ written: 2, dropped: 2 })
  expect(letters.map(({ firstSample, frames }) => [firstSample, frames])).toEqual([
    [16, 8],
    [0, 8],
  ])
  const { number } = letters[0]!
  const values = () => Promise.resolve(calls['deadLetters.show']({ number })).catch(() => null)
  // It is on its way to the disk.
  await expect.poll(values, { timeout: 60_000 }).toMatchObject({
    notNumbers: 0,
    channels: [{ low: 16, high: 23 }, { low: 17, high: 24 }, {}, { low: 19, high: 26 }],
  })
  await expect(async () => calls['deadLetters.show']({ number: 99 })).rejects.toThrow('letter 99')
  const taken = await calls['deadLetters.export']({ graph: 'graph mine', node: 'clean' })
  expect(taken.letters).toBe(2)
  expect(readdirSync(taken.path)).toHaveLength(1)
  const listed = await listLetters(taken.path)
  expect(listed.letters).toMatchObject([
    { lane: 'graph mine', node: 'clean', firstSample: 0, frames: 8, code: 'node-failed' },
    { lane: 'graph mine', node: 'clean', firstSample: 16, frames: 8 },
  ])
  const whole = await readLetter(taken.path, 2)
  expect(whole.frames.map(({ values }) => values[0])).toEqual([16, 17, 18, 19, 20, 21, 22, 23])
  expect(folder).toContain('dead-letters')
})

test('a shape is told again only when it has changed; without a device there is nothing to see', async () => {
  const first = await look(null)
  const again = await look(null, first.revision)
  expect(first.shape?.nodes.map(({ id }) => id)).toContain('calibrated')
  expect(again).toMatchObject({ revision: first.revision, shape: null, id: first.id })
  host.setView({ highCutHz: 30 })
  const changed = async () =>
    (await look(null, first.revision)).shape?.nodes.find(({ id }) => id === 'filtered')?.options
      .highCutHz
  await expect.poll(changed, { timeout: 60_000 }).toBe(30)
  await host.close('synthetic')
  expect(await look(null)).toMatchObject({
    graphs: [],
    shape: null,
    meters: null,
  })
})
