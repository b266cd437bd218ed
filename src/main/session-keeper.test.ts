import { writeFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../../test/scratch-folder.ts'
import { soundRecording } from '../../test/sound-recording.ts'
import { readSideFile, SessionCatalogue } from '../sessions/index.ts'
import { noSessionFields } from '../signal/index.ts'
import { hostClock } from '../workers/index.ts'
import { openHost } from './index.ts'
import { Notices } from './notices.ts'
import { SessionKeeper } from './session-keeper.ts'

const inForce = { settings: { gain: 24 }, montage: ['Cz'] }
/** Above what any system gives a process. */
const deadProcess = 2 ** 30

function keeperIn(folder: string) {
  const notices = new Notices(hostClock, () => {})
  const keeper = new SessionKeeper(folder, notices, () => {})
  onTestFinished(() => keeper.end())
  return { keeper, notices }
}

test('a recording is entered when it begins and when it ends, with its account', async () => {
  const folder = scratchFolder().path('r')
  const host = openHost({ folder })
  onTestFinished(() => host.end())
  await host.prepare('synthetic', '', { channels: 4 })
  host.sessions.set({ subject: '07', task: 'rest', notes: 'Größe' })
  const path = await host.startRecording(undefined)
  expect(path).toMatch(/sub-07_ses-\d{8}_task-rest_run-01\.xdf$/)
  const [begun] = host.sessions.find(['07'])
  expect(begun).toMatchObject({ state: 'recording', process: process.pid, run: 1, ledger: null })
  const { bytes, ledger } = await host.stopRecording()
  const [ended] = host.sessions.find(['rest', 'größe'.slice(0, 2)])
  expect(ended).toMatchObject({ state: 'closed', process: null, bytes, ledger, notes: 'Größe' })
  expect(ended!.endedAt).not.toBeNull()
  const story = readSideFile(path)!
  expect(story).toMatchObject({ subject: '07', state: 'closed', ledger })
  expect(story.montage).toMatchObject([{ type: 'EEG' }])
  expect(host.proposePath()).toMatch(/run-02\.xdf$/)
  expect(host.notices.list).toEqual([])
})

describe('a recording that was never closed', () => {
  async function crashed() {
    const scratch = scratchFolder()
    const { keeper } = keeperIn(scratch.path('.'))
    const path = scratch.path('sub-07_run-01.xdf')
    writeFileSync(path, await soundRecording())
    keeper.began(path, inForce)
    keeper.end()
    return { scratch, path, folder: scratch.path('.') }
  }

  function dieIn(folder: string) {
    const catalogue = new SessionCatalogue(folder)
    for (const { id: _, ...rest } of catalogue.list()) {
      catalogue.put({ ...rest, process: deadProcess })
    }
    catalogue.end()
  }

  test('is told of at the next start, with what can be read of it, once', async () => {
    const { folder, path } = await crashed()
    dieIn(folder)
    const { keeper, notices } = keeperIn(folder)
    await keeper.recover()
    expect(notices.list).toHaveLength(1)
    const { about, note } = notices.list[0]!
    expect(about).toBe('Never closed')
    expect(note.message).toMatch(/never closed: \d{4} samples, \d+\.\d s, can be read/)
    expect(note.remedy).toContain(`synapse repair ${path}`)
    const [found] = keeper.find([])
    expect(found).toMatchObject({ state: 'interrupted', subject: '07', process: null })
    expect(found!.ledger!.received).toBeGreaterThan(1000)
    expect(readSideFile(path)).toMatchObject({ state: 'interrupted', ledger: found!.ledger })
    await keeper.recover()
    expect(notices.list).toHaveLength(1)
  })

  test('by a program that still runs is left alone', async () => {
    const { folder } = await crashed()
    const { keeper, notices } = keeperIn(folder)
    await keeper.recover()
    expect(notices.list).toEqual([])
    expect(keeper.find([])[0]!.state).toBe('recording')
  })

  test('and is gone since is said to be missing', async () => {
    const scratch = scratchFolder()
    const { keeper } = keeperIn(scratch.path('.'))
    keeper.began(scratch.path('gone.xdf'), inForce)
    keeper.end()
    dieIn(scratch.path('.'))
    const next = keeperIn(scratch.path('.'))
    await next.keeper.recover()
    expect(next.notices.list[0]!.note.code).toBe('file-missing')
  })
})

test('a catalogue that cannot be written is a notice, and in nobody’s way', () => {
  const scratch = scratchFolder()
  scratch.write('sessions.sqlite', new TextEncoder().encode('no database'.repeat(100)))
  const { keeper, notices } = keeperIn(scratch.path('.'))
  keeper.began(scratch.path('a.xdf'), inForce)
  expect(notices.list[0]!.note.remedy).toContain('synapse sessions rebuild')
})

test('recordings elsewhere are nobody’s business', () => {
  const scratch = scratchFolder()
  const { keeper, notices } = keeperIn(scratch.path('r'))
  keeper.began(scratch.path('elsewhere.xdf'), inForce)
  expect(keeper.find([])).toEqual([])
  expect(readSideFile(scratch.path('elsewhere.xdf'))).toBeNull()
  expect(notices.list).toEqual([])
  expect(keeper.fields).toEqual(noSessionFields)
})
