import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { type DeadLetter, deadLetter, parseGraphSpec, type Refusal } from '../graph/index.ts'
import { newRing, RingWriter } from '../ring/index.ts'
import {
  type ErrorNote,
  type Marker,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
  SynapseError,
} from '../signal/index.ts'
import { hostClock } from '../workers/index.ts'
import { LaneTrouble, LetterPost } from '../workers/lane-trouble.ts'
import { listLetters } from './dead-letters/read-letters.ts'
import { GraphTrouble } from './graph-trouble.ts'
import { Processing } from './processing.ts'

const eeg: StreamInfo = {
  id: 'test/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: 250,
  channels: [physicalChannel('Cz', 'EEG', 'uV')],
  origin: { source: 'test' },
}

function refusalAt(firstSample: number): Refusal {
  const chunk = newChunkBuffer({ format: 'float32', channels: 1, maxFrames: 8 })
  Object.assign(chunk, { firstSample, frames: 8 })
  for (let f = 0; f < 8; f++) chunk.time[f] = (firstSample + f) / 250
  const error = new SynapseError('node-failed', 'running node "n" (test): too much')
  return { node: 'n', port: 'in', info: eeg, reason: 'failed', chunk, error }
}

test('D1: a thread that is later than its budget gives up nodes; its host tells and marks it', async () => {
  const folder = scratchFolder().path('.')
  const notices: { about: string; level: string; note: Pick<ErrorNote, 'message'> }[] = []
  const markers: Marker[] = []
  const trouble = new GraphTrouble({
    folder,
    notices: { add: (about, level, note) => notices.push({ about, level, note }) },
    mark: (marker) => markers.push(marker),
  })
  const processing = new Processing(hostClock, new Map(), {
    outputsChanged() {},
    trouble: (about, level, note) => notices.push({ about, level, note }),
    cannotRun() {},
    ...trouble.listener,
  })
  const shape = { format: 'float32' as const, channels: 1, deviceTime: false, sequence: false }
  const writer = new RingWriter(newRing({ ...shape, capacityFrames: 1024 }))
  const spec = parseGraphSpec({
    version: 1,
    name: 'late',
    // Nobody is as fast as that.
    latencyBudgetMs: 1e-6,
    sources: { eeg: {} },
    nodes: {
      clean: { node: 'filter-iir', resilience: { degrade: { action: 'bypass', level: 1 } } },
      quality: { node: 'quality', resilience: { degrade: { action: 'skip', level: 2 } } },
    },
    edges: [
      { from: 'eeg', to: 'clean' },
      { from: 'clean', to: 'quality' },
    ],
    outputs: { clean: 'clean', quality: 'quality' },
  })
  processing.open('test', { eeg: { info: eeg, writer } }, spec)
  const chunk = newChunkBuffer({ ...shape, maxFrames: 4 })
  const push = () => {
    chunk.firstSample = writer.expected
    chunk.frames = 4
    for (let f = 0; f < 4; f++) {
      chunk.hostTime[f] = hostClock.now()
      chunk.time[f] = (writer.expected + f) / 250
    }
    writer.write(chunk)
    return markers.some(({ value }) => value === 2)
  }
  await expect.poll(push, { timeout: 25_000, interval: 10 }).toBe(true)
  await processing.end()
  await trouble.end()
  expect(markers.slice(0, 2).map(({ label, source }) => [label, source])).toEqual([
    ['graph degraded to level 1', 'test/eeg'],
    ['graph degraded to level 2', 'test/eeg'],
  ])
  const told = notices.map(({ about, level, note }) => `${about} ${level} ${note.message}`)
  expect(told[0]).toMatch(
    /^EEG warning running the graph of EEG: .* given up .*: clean \(bypass\)$/,
  )
  expect(told[1]).toMatch(/clean \(bypass\), quality \(skip\)$/)
})

test('what is taken back is told, and a level of a queue is no marker', () => {
  const notices: string[] = []
  const trouble = new GraphTrouble({
    folder: scratchFolder().path('.'),
    notices: { add: (about, level, { message }) => notices.push(`${about} ${level} ${message}`) },
    mark: () => notices.push('a marker'),
  })
  const report = { lane: 'l', source: 'cut', time: 1, level: 0, lagSeconds: 0, nodes: [] }
  trouble.listener.degraded('EEG', undefined, report)
  expect(notices).toEqual([
    'EEG info running the graph of EEG: in time again, nothing is given up any more',
  ])
})

test('F10: letters wait for the host, the oldest go first, and reach a file beside the recordings', async () => {
  const taken = new SharedArrayBuffer(4)
  const sent: { letters: readonly DeadLetter[]; dropped: number }[] = []
  const post = new LetterPost(taken, (_lane, letters, dropped) => sent.push({ letters, dropped }))
  const failures: string[] = []
  const context = {
    letters: post,
    nodeFailed: (_lane: string, { message }: ErrorNote) => failures.push(message),
    degraded() {},
  }
  const lane = new LaneTrouble('lane', () => undefined as never, context)
  for (let n = 0; n < 300; n++) lane.refused(refusalAt(8 * n))
  lane.hand()
  expect(sent.map(({ letters }) => letters.length)).toEqual([300])
  // The host takes nothing: what comes now waits, and is bounded.
  for (let n = 300; n < 5000; n++) lane.refused(refusalAt(8 * n))
  lane.hand()
  expect(sent).toHaveLength(1)
  // Told the 1st, 2nd, 4th … time.
  expect(failures).toHaveLength(13)
  Atomics.add(new Int32Array(taken), 0, 300)
  lane.hand()
  expect(sent[1]!.letters).toHaveLength(4096)
  expect(sent[1]!.dropped).toBe(5000 - 300 - 4096)
  expect(sent[1]!.letters[0]!.chunk.firstSample).toBe(8 * (5000 - 4096))

  const folder = scratchFolder().path('.')
  const notices: string[] = []
  const trouble = new GraphTrouble({
    folder,
    notices: { add: (_about, _level, { message }) => notices.push(message) },
    mark() {},
  })
  trouble.listener.deadLetters('test/eeg', [deadLetter(refusalAt(0))!], 3)
  trouble.listener.deadLetters('test/eeg', [deadLetter(refusalAt(16))!], 0)
  await trouble.end()
  expect(notices).toEqual([])
  expect(readdirSync(join(folder, 'dead-letters'))).toHaveLength(1)
  const { letters, dropped } = await listLetters(join(folder, 'dead-letters'))
  expect(dropped).toBe(3)
  expect(letters).toMatchObject([
    { lane: 'test/eeg', node: 'n', port: 'in', firstSample: 0, frames: 8, code: 'node-failed' },
    { lane: 'test/eeg', node: 'n', port: 'in', firstSample: 16, frames: 8 },
  ])
})
