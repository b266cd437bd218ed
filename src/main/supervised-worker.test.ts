import { describe, expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../test/device-clock.ts'
import { Bell } from '../ring/index.ts'
import type { ErrorNote } from '../signal/index.ts'
import type { RecordOrder, RecordReport, ThreadData } from '../workers/index.ts'
import { newThreadData, SupervisedWorker } from './supervised-worker.ts'

/** The record thread, which does nothing until it is told to, under a clock of the test's. */
function supervised(watchesHang = true) {
  const clock = new ManualClock()
  const data = newThreadData()
  const told = { starts: 0, reports: [] as RecordReport[], deaths: [] as ErrorNote[] }
  const waiting = new Set<() => void>()
  const tell = () => {
    for (const look of waiting) look()
  }
  const worker = new SupervisedWorker<ThreadData, RecordOrder, RecordReport>(
    'record',
    data,
    clock,
    {
      started: () => {
        told.starts++
        tell()
      },
      report: (report) => {
        told.reports.push(report)
        tell()
      },
      died: (note) => {
        told.deaths.push(note)
        tell()
      },
    },
    watchesHang,
  )
  onTestFinished(() => worker.close())
  /** Threads live in real time: waits until what they do has been heard of. */
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const killed = async () => {
    const before = told.deaths.length
    await worker.worker!.terminate()
    await until(() => told.deaths.length > before)
  }
  return { clock, data, told, worker, until, killed }
}

const refused: RecordOrder = {
  kind: 'start',
  path: '/nowhere/at/all.xdf',
  startedAt: new Date(0),
  sources: [],
  from: 'now',
}

describe('a thread that dies', () => {
  test('is told of, and started again: at once, then later and later', async () => {
    const { clock, told, worker, killed } = supervised()
    expect(told.starts).toBe(1)
    for (const wait of [0, 0.5, 2, 10, 10]) {
      const { starts } = told
      await killed()
      expect(worker.worker).toBeNull()
      if (wait > 0) {
        clock.advance(wait - 0.01)
        expect(told.starts).toBe(starts)
      }
      clock.advance(0.01)
      expect(told.starts).toBe(starts + 1)
      expect(worker.worker).not.toBeNull()
    }
    expect(told.deaths).toHaveLength(5)
    expect(told.deaths[0]).toMatchObject({
      code: 'worker-died',
      message: expect.stringContaining('record'),
    })
  })

  test('after a minute without trouble is started at once again', async () => {
    const { clock, told, killed } = supervised(false)
    for (const wait of [0, 0.5]) {
      await killed()
      clock.advance(wait)
    }
    clock.advance(61)
    const { starts } = told
    await killed()
    clock.advance(0)
    expect(told.starts).toBe(starts + 1)
  })

  test('takes its orders again, and none that was meant for the one before', async () => {
    const { clock, told, worker, killed, until } = supervised()
    worker.send(refused)
    await until(() => told.reports.length === 1)
    await killed()
    // Nobody is there to take it.
    worker.send(refused)
    clock.advance(0)
    worker.send({ ...refused, path: '/nowhere/else.xdf' })
    await until(() => told.reports.length === 2)
    expect(told.reports).toMatchObject([
      { kind: 'refused', path: '/nowhere/at/all.xdf', note: { code: 'file-missing' } },
      { kind: 'refused', path: '/nowhere/else.xdf' },
    ])
  })
})

describe('a thread that hangs', () => {
  // Its own pulse is taken away: what the clock sees is a thread that does not turn.
  async function endedAfter(turnsSeconds: number) {
    const { clock, data, told } = supervised()
    const pulse = new Int32Array(data.pulse)
    for (let second = 1; told.deaths.length === 0; second++) {
      Atomics.store(pulse, 0, Math.min(second, turnsSeconds))
      clock.advance(1)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const endedAt = clock.now()
    clock.advance(0)
    expect(told.starts).toBe(2)
    return endedAt - 100
  }

  test('for five seconds is ended, and started again', async () => {
    expect(await endedAfter(60)).toBeGreaterThan(65)
  })

  test('has twenty seconds to begin', async () => {
    expect(await endedAfter(0)).toBeGreaterThan(20)
  })

  test('is left alone where it may wait long for a disk', async () => {
    const { clock, data, told, worker, until } = supervised(false)
    const pulse = new Int32Array(data.pulse)
    for (let second = 0; second < 60; second++) {
      Atomics.store(pulse, 0, 0)
      clock.advance(1)
    }
    worker.send(refused)
    await until(() => told.reports.length === 1)
    expect(told.deaths).toEqual([])
  })

  test('but a thread that turns is never ended, however long it has nothing to do', async () => {
    const { clock, data, told, worker, until } = supervised()
    const pulse = new Int32Array(data.pulse)
    for (let second = 0; second < 60; second++) {
      Atomics.add(pulse, 0, 1)
      clock.advance(1)
    }
    worker.send(refused)
    await until(() => told.reports.length === 1)
    expect(told.deaths).toEqual([])
  })
})

describe('a thread that is closed', () => {
  test('ends, and nobody calls that a death', async () => {
    const { clock, told, worker } = supervised()
    await worker.close()
    clock.advance(100)
    expect(told).toMatchObject({ starts: 1, deaths: [] })
  })

  test('while it waits to be started again, is not', async () => {
    const { clock, told, worker, killed } = supervised()
    await killed()
    await worker.close()
    clock.advance(100)
    expect(told.starts).toBe(1)
  })
})

test('an order wakes a thread that sleeps', () => {
  const { data, worker } = supervised()
  const bell = new Bell(data.bell)
  const heard = bell.heard()
  worker.send({ kind: 'stop' })
  expect(bell.heard()).not.toBe(heard)
})
