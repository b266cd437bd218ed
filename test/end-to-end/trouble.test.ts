/** Whatever dies or hangs beside it, the recording goes on and its account is whole. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type AcquisitionHost, openHost, serve } from '../../src/main/index.ts'
import { askPyxdf } from '../oracles/xdf-facts.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { infoOf } from './synapse.ts'

async function until(what: string, holds: () => boolean, seconds = 40): Promise<void> {
  for (let waited = 0; !holds(); waited += 0.02) {
    if (waited > seconds) throw new Error(`waited for ${what} in vain`)
    await pause(20)
  }
}

/** A host that records the synthetic board while `trouble` happens; then its file. */
async function recordedThrough(
  trouble: (host: AcquisitionHost) => Promise<void>,
): Promise<{ path: string; noticed: string[]; expected: number }> {
  const folder = scratchFolder()
  const path = folder.path('trouble.xdf')
  const host = openHost({ folder: folder.path('.') })
  try {
    const id = await host.prepare('synthetic', '', { channels: 64, rateHz: 1000 })
    await host.startRecording(path)
    await host.start(id)
    await until('the first samples', () => host.processing.filteredLatency.snapshot().some(Boolean))
    await trouble(host)
    await pause(500)
    await host.stop(id)
    const expected = host.ledgers()[0]!.ledger.expected
    await host.stopRecording()
    return { path, noticed: host.notices.list.map(({ note }) => note.code), expected }
  } finally {
    await host.end()
  }
}

async function expectWhole(path: string, samples: number): Promise<void> {
  const [file] = await askPyxdf({ files: [path], dejitter: false, values: false })
  expect(file!.streams.find(({ name }) => name === 'Synthetic EEG')!.samples).toBe(samples)
  const { ledger } = await infoOf(path)
  expect(ledger).toEqual({ expected: samples, received: samples, lost: 0 })
}

test('the process thread dies: it is started again, said so, and costs the recording nothing', async () => {
  const { path, noticed, expected } = await recordedThrough(async (host) => {
    await host.processing.threads.process!.terminate()
    const before = host.processing.filteredLatency.snapshot()
    const isFiltering = () =>
      host.processing.filteredLatency.snapshot().some((count, i) => count > before[i]! + 20)
    await until('filtered samples again', isFiltering)
  })
  expect(noticed).toContain('worker-died')
  await expectWhole(path, expected)
})

test('the inference thread dies: decisions come again, and the recording is whole', async () => {
  const { path, noticed, expected } = await recordedThrough(async (host) => {
    const decided = () =>
      host.processing.inferenceLatency.snapshot().reduce((sum, count) => sum + count, 0)
    await until('a decision', () => decided() > 5)
    await host.processing.threads.infer!.terminate()
    const before = decided()
    await until('a decision after the death', () => decided() > before + 5)
  })
  expect(noticed).toContain('worker-died')
  await expectWhole(path, expected)
})

test('a graph that fails is told of and opened again; the recording is whole', async () => {
  const { path, noticed, expected } = await recordedThrough(async (host) => {
    const { info, writer } = host.streams()[0]!
    const spec = {
      version: 1 as const,
      name: 'broken',
      sources: { raw: {} },
      nodes: { broken: { node: 'filter-iir', options: { lowCutHz: 9000 } } },
      edges: [{ from: 'raw', to: 'broken' }],
      outputs: { display: 'broken' },
    }
    host.processing.open(info.id, { raw: { info, writer } }, spec)
    await until('the notice', () => host.notices.list.length > 0)
  })
  expect(noticed).toContain('graph-invalid')
  await expectWhole(path, expected)
})

test('a montage that the device cannot have is named and taken back; another one is taken', async () => {
  const { path, noticed, expected } = await recordedThrough(async (host) => {
    // 64 channels of the 10-20 system, none of them at an ear's usual place but TP9 and TP10.
    host.setView({ montage: 'linked-ears' })
    await pause(500)
    expect(host.view.montage).toBe('linked-ears')
    const id = await host.open('synthetic', '', { channels: 4 })
    await until('the refusal', () => host.view.montage === 'recorded')
    await host.close(id)
  })
  expect(noticed).toContain('graph-invalid')
  const { streams, ledger } = await infoOf(path)
  expect(streams[0]).toMatchObject({ samples: expected, gaps: [] })
  expect(ledger.lost).toBe(0)
})

test('a window that is frozen loses frames, is told how many, and costs nothing else', async () => {
  const { path, expected } = await recordedThrough(async (host) => {
    host.setView({ binRateHz: 1000 })
    const serving = await serve(host, 0)
    const frozen = new WebSocket(`${serving.url.replace('http', 'ws')}contract`)
    const status = { droppedFrames: 0, seen: 0 }
    frozen.on('message', (data, isBinary) => {
      // It never says that it has taken anything in.
      if (isBinary) return
      const message = JSON.parse(String(data))
      if (message.event !== 'status') return
      status.droppedFrames = message.data.droppedFrames
      status.seen++
    })
    await until('frames dropped', () => status.droppedFrames > 0, 20)
    expect(status.seen).toBeGreaterThan(2)
    frozen.terminate()
    await serving.end()
  })
  await expectWhole(path, expected)
})

test('the record thread dies: the recording goes on in a second part, from what the ring holds', async () => {
  const folder = scratchFolder()
  const path = folder.path('parts.xdf')
  const host = openHost({ folder: folder.path('.') })
  const id = await host.prepare('synthetic', '', { channels: 64, rateHz: 1000 })
  await host.startRecording(path)
  await host.start(id)
  await pause(1500)
  await host.recording.thread!.terminate()
  await until('the second part', () => host.recording.current?.path !== path)
  await pause(500)
  await host.stop(id)
  const { expected } = host.ledgers()[0]!.ledger
  const result = await host.stopRecording()
  await host.end()
  const second = folder.path('parts_part-2.xdf')
  expect(result).toMatchObject({ path, paths: [path, second] })
  // The ring still held everything, so the second part alone is the whole recording.
  await expectWhole(second, expected)
  expect((await infoOf(path)).streams.find(({ type }) => type === 'EEG')!.samples).toBeGreaterThan(
    500,
  )
})
