import { expect, onTestFinished, test } from 'vitest'
import { readAll } from '../../test/read-all.ts'
import { type ScratchFolder, scratchFolder } from '../../test/scratch-folder.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../signal/index.ts'
import { createSummedSink } from './checksums/summed-sink.ts'
import { partNumber, partPath } from './part-path.ts'
import { openParts, partsOf } from './parts.ts'
import { verifyRecording } from './verify.ts'
import { XdfWriter } from './xdf/xdf-writer.ts'

const streamOf = (id: string, nominalRateHz: number): StreamInfo => ({
  id,
  name: id,
  type: 'EEG',
  sampleFormat: 'int32',
  nominalRateHz,
  channels: [physicalChannel('Cz', 'EEG', 'uV')],
  origin: { source: 'test' },
})
const streams = [streamOf('eeg', 100), streamOf('acc', 20)]

/** Writes these seconds of both streams: sample i has the value i, and its own time. */
async function writePart(folder: ScratchFolder, name: string, from: number, to: number) {
  const writer = new XdfWriter(createSummedSink(folder.path(name)), { startedAt: new Date(1e12) })
  for (const info of streams) writer.addStream(info, { deviceTime: false, sequence: true })
  writer.marker({ time: 5, label: 'in both', durationSeconds: 0, source: 'test' })
  writer.marker({ time: from, label: `from ${from}`, durationSeconds: 0, source: 'test' })
  for (let second = from; second < to; second++) {
    for (const { id, nominalRateHz: rate } of streams) {
      const chunk = newChunkBuffer({
        format: 'int32',
        channels: 1,
        maxFrames: rate,
        sequence: true,
      })
      chunk.firstSample = second * rate
      chunk.frames = rate
      for (let i = 0; i < rate; i++) {
        chunk.data[i] = chunk.firstSample + i
        chunk.sequence![i] = chunk.firstSample + i
        chunk.time[i] = chunk.hostTime[i] = (chunk.firstSample + i) / rate
      }
      writer.write(id, chunk)
    }
  }
  await writer.close()
}

async function opened(path: string) {
  const recording = await openParts(path)
  onTestFinished(() => recording.close())
  return { recording, contents: await readAll(recording) }
}

test('files that follow on each other are one recording, from whichever it is opened', async () => {
  const folder = scratchFolder()
  await writePart(folder, 'rest_part-10.xdf', 6, 9)
  await writePart(folder, 'rest.xdf', 0, 3)
  await writePart(folder, 'rest_part-2.xdf', 3, 6)
  for (let part = 3; part < 10; part++) await writePart(folder, `rest_part-${part}.xdf`, 6, 6)
  await writePart(folder, 'restless.xdf', 50, 51)
  expect(partsOf(folder.path('rest.xdf')).map(partNumber)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  for (const name of ['rest.xdf', 'rest_part-2.xdf']) {
    const { recording, contents } = await opened(folder.path(name))
    expect(recording.problems).toEqual([])
    expect(recording.ledger).toEqual({ expected: 1080, received: 1080, lost: 0 })
    expect(contents.get('eeg')!.rows.flat()).toEqual(Array.from({ length: 900 }, (_, i) => i))
    expect(recording.streams[0]).toMatchObject({ samples: 900, firstTime: 0, lastTime: 8.99 })
    expect(recording.streams[0]!.effectiveRateHz).toBeCloseTo(100)
    expect((await verifyRecording(recording)).sound).toBe(true)
    const labels = recording.markers.map(({ label }) => label)
    expect(labels.filter((label) => label === 'in both')).toHaveLength(1)
  }
})

test('what a later file has a second time is passed by, to the sample', async () => {
  const folder = scratchFolder()
  await writePart(folder, 'rest.xdf', 0, 6)
  await writePart(folder, 'rest_part-2.xdf', 4, 9)
  const { recording, contents } = await opened(folder.path('rest.xdf'))
  expect(recording.ledger).toEqual({ expected: 1080, received: 1080, lost: 0 })
  for (const [id, length] of [['eeg', 900] as const, ['acc', 180] as const]) {
    const { rows, indices, sequence, gaps } = contents.get(id)!
    expect(rows.flat()).toEqual(Array.from({ length }, (_, i) => i))
    expect(indices).toEqual(rows.flat())
    expect(sequence).toEqual(rows.flat())
    expect(gaps).toEqual([])
  }
})

test('a file that is missing is a gap, and named', async () => {
  const folder = scratchFolder()
  await writePart(folder, 'rest.xdf', 0, 3)
  await writePart(folder, 'rest_part-3.xdf', 5, 9)
  const { recording, contents } = await opened(folder.path('rest_part-3.xdf'))
  expect(recording.problems).toMatchObject([
    { code: 'missing-part', message: expect.stringContaining('rest_part-2.xdf') },
  ])
  expect(recording.streams[0]!.gaps).toMatchObject([
    { atSample: 300, lostSamples: 200, startTime: 3 },
  ])
  expect(contents.get('eeg')!.gaps).toMatchObject([{ atSample: 300, lostSamples: 200 }])
  expect(recording.ledger).toEqual({ expected: 1080, received: 840, lost: 240 })
})

test('a file that was only just made, or cannot be read, leaves the others as they are', async () => {
  const folder = scratchFolder()
  await writePart(folder, 'rest.xdf', 0, 3)
  folder.write('rest_part-2.xdf', new Uint8Array(0))
  expect((await opened(folder.path('rest.xdf'))).recording.problems).toEqual([])
  folder.write('rest_part-3.xdf', new TextEncoder().encode('XDF:nothing of use'))
  const { recording } = await opened(folder.path('rest.xdf'))
  expect(recording.ledger.received).toBe(360)
  expect(recording.problems).toMatchObject([{ code: 'missing-part' }])
})

test('names of parts', () => {
  expect(partPath('/a/rest.xdf', 2)).toBe('/a/rest_part-2.xdf')
  expect(partPath('/a/rest_part-2.xdf', 11)).toBe('/a/rest_part-11.xdf')
  expect(partPath('/a.b/rest_part-2.xdf', 1)).toBe('/a.b/rest.xdf')
  expect(partNumber('rest_part-0.xdf')).toBe(1)
})
