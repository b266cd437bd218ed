import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import {
  type DeadLetter,
  deadLetter,
  type Graph,
  parseGraphSpec,
  type Refusal,
} from '../graph/index.ts'
import { newRing, RingWriter } from '../ring/index.ts'
import {
  type ErrorNote,
  type Marker,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
  SynapseError,
} from '../signal/index.ts'
import { hostClock, LetterCells, nodeFields, type OpenLane, readValues } from '../workers/index.ts'
import { LaneTrouble, LetterPost } from '../workers/lane-trouble.ts'
import { newTrouble } from '../workers/trouble-cells.ts'
import { listLetters } from './dead-letters/read-letters.ts'
import { GraphTrouble } from './graph-trouble.ts'
import { LaneAccount } from './lane-account.ts'
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
    return markers.some(({ value }) => value === 3)
  }
  await expect.poll(push, { timeout: 25_000, interval: 10 }).toBe(true)
  // D6: cut in another way, the graph goes on at the level that it was at.
  const elsewhere = structuredClone(spec)
  elsewhere.nodes.quality!.thread = 'other'
  processing.apply('test', elsewhere)
  const isDegradedThere = () => {
    push()
    const nodes = processing.meters.flatMap(({ meters }) => meters.nodes)
    const given = nodes.filter(({ values }) => readValues(nodeFields, values).degraded === 1)
    return processing.meters.length === 2 && given.length === 2
  }
  await expect.poll(isDegradedThere, { timeout: 25_000, interval: 10 }).toBe(true)
  await processing.end()
  await trouble.end()
  expect(markers.map(({ label, source }) => [label, source])).toEqual([
    ['graph degraded to level 1', 'test/eeg'],
    ['graph degraded to level 2', 'test/eeg'],
    ['graph degraded to level 3', 'test/eeg'],
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
  const report = {
    lane: 'l',
    number: 1,
    source: 'cut',
    time: 1,
    level: 0,
    lagSeconds: 0,
    nodes: [],
  }
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
  const lane = new LaneTrouble('lane', () => undefined as never, context, {
    inputs: ['eeg'],
    shared: newTrouble(),
  })
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
  trouble.listener.deadLetters('test/eeg', [], 2)
  await trouble.end()
  expect(notices).toEqual(['keeping dead letters: 3 were lost on their way to the disk'])
  expect(readdirSync(join(folder, 'dead-letters'))).toHaveLength(1)
  const { letters, dropped } = await listLetters(join(folder, 'dead-letters'))
  expect(dropped).toBe(5)
  expect(letters).toMatchObject([
    { lane: 'test/eeg', node: 'n', port: 'in', firstSample: 0, frames: 8, code: 'node-failed' },
    { lane: 'test/eeg', node: 'n', port: 'in', firstSample: 16, frames: 8 },
  ])
})

/** What reaches the host from a lane whose thread dies with letters on their way. */
function lettersAcrossDeath(sentBefore: number) {
  const shared = newTrouble()
  const account = new LaneAccount()
  account.opened({ trouble: shared } as OpenLane, false)
  const [had, lost]: [number[], number[]] = [[], []]
  const lane = () => {
    const post = new LetterPost(new SharedArrayBuffer(4), (_lane, letters, dropped) => {
      had.push(...account.took(letters, dropped).map(({ chunk }) => chunk.firstSample))
      lost.push(dropped)
    })
    const graph = { isDegradable: false, degrade() {}, statuses: new Map() } as unknown as Graph
    const context = { letters: post, nodeFailed() {}, degraded() {} }
    return new LaneTrouble('lane', () => graph, context, { inputs: ['eeg'], shared })
  }
  const first = lane()
  for (let n = 0; n < 10; n++) {
    first.refused(refusalAt(8 * n))
    if (n < sentBefore) first.hand()
    // The sixth is in the snapshot, the seventh is not.
    if (n === 5) first.saved(1)
  }
  const second = lane()
  second.goOn([48], 1)
  // The samples behind the snapshot are read again, in other chunks.
  for (let n = 6; n < 12; n++) second.refused(refusalAt(8 * n))
  second.handAll()
  return { had, lost: lost.reduce((sum, each) => sum + each, 0), account }
}

describe('F11 dead letters of a thread that dies', () => {
  const all = Array.from({ length: 12 }, (_, n) => 8 * n)

  test('those that its successor makes again are kept once', () => {
    const { had, lost, account } = lettersAcrossDeath(8)
    expect(had).toEqual(all)
    expect([lost, account.lost]).toEqual([0, 0])
  })

  test('those that nobody makes again are counted', () => {
    const { had, lost, account } = lettersAcrossDeath(4)
    expect(had).toEqual(all.filter((sample) => sample < 32 || sample >= 48))
    expect([lost, account.lost]).toEqual([2, 0])
  })

  test('a letter that begins before what is known keeps the rest', () => {
    const account = new LaneAccount()
    account.opened({ trouble: newTrouble() } as OpenLane, false)
    account.took([deadLetter(refusalAt(0))!], 0)
    const [rest] = account.took([deadLetter(refusalAt(5))!], 0)
    expect(rest!.chunk).toMatchObject({ firstSample: 8, frames: 5 })
    expect(rest!.chunk.time[0]).toBe(8 / 250)
    // Nodes that open anew count anew.
    account.opened({ trouble: newTrouble() } as OpenLane, false)
    expect(account.took([deadLetter(refusalAt(0))!], 0)).toHaveLength(1)
  })

  test('where no thread goes on, all that the host did not take are lost', () => {
    const shared = newTrouble()
    const account = new LaneAccount()
    account.opened({ trouble: shared } as OpenLane, false)
    const cells = new LetterCells(shared)
    for (let n = 0; n < 7; n++) cells.make(0)
    account.took([deadLetter(refusalAt(0))!], 1)
    expect(account.lost).toBe(5)
  })
})
