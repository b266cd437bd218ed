import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/device-clock.ts'
import type { Outcome } from '../../contract/index.ts'
import { SynapseError } from '../../signal/index.ts'
import { JobList, type Task } from './job-list.ts'
import type { Progress } from './progress.ts'

const outcome: Outcome = {
  ...{ sentence: 'done', whole: true, advice: '' },
  ...{ files: [], losses: [], removed: [], problems: [] },
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** Work that ends when the test says so. */
function held(isReading = false, isAutomatic = false) {
  let end: (error?: SynapseError) => void = () => {}
  const seen: { progress: Progress | null } = { progress: null }
  const task: Task = {
    ...{ work: { kind: 'verify', recording: 1 }, about: 'a.xdf', unit: 'samples', isReading },
    isAutomatic,
    run: (progress) => {
      seen.progress = progress
      return new Promise((resolve, reject) => {
        end = (error) => (error ? reject(error) : resolve(outcome))
      })
    },
  }
  return { task, seen, end: (error?: SynapseError) => end(error) }
}

function list() {
  const clock = new ManualClock()
  const count = { changed: 0, givenUp: 0, isQuiet: true }
  const jobs = new JobList(
    clock,
    () => count.changed++,
    () => count.givenUp++,
    () => count.isQuiet,
  )
  return { clock, count, jobs, states: () => jobs.list.map(({ state }) => state) }
}

test('one after the other, each with what came of it', async () => {
  const { jobs, states } = list()
  const [first, second] = [held(), held()]
  jobs.add(first.task)
  jobs.add(second.task)
  expect(states()).toEqual(['running', 'waiting'])
  first.end()
  await settled()
  expect(states()).toEqual(['done', 'running'])
  expect(jobs.list[0]!.outcome).toEqual(outcome)
  second.end(new SynapseError('disk-full', 'writing b: full'))
  await settled()
  expect(states()).toEqual(['done', 'failed'])
  expect(jobs.list[1]!.note).toMatchObject({ code: 'disk-full' })
})

test('tells how far it is', async () => {
  const { jobs, clock } = list()
  const one = held()
  jobs.add(one.task)
  one.seen.progress!.expect(100)
  one.seen.progress!.advance(40)
  await clock.run(1)
  expect(jobs.list[0]!.progress).toEqual({ done: 40, total: 100, unit: 'samples' })
  one.end()
})

test('what writes is told to end and cleans up; what only reads is given up at once', async () => {
  const { jobs, count, states } = list()
  const writing = held()
  const id = jobs.add(writing.task)
  jobs.cancel(id)
  expect(count.givenUp).toBe(0)
  const progress = writing.seen.progress!
  expect(() => progress.advance(1)).toThrow(expect.objectContaining({ code: 'cancelled' }))
  writing.end(new SynapseError('cancelled', 'it was'))
  await settled()
  const reading = held(true)
  jobs.cancel(jobs.add(reading.task))
  expect(count.givenUp).toBe(1)
  const waiting = jobs.add(held().task)
  jobs.cancel(waiting)
  expect(states()).toEqual(['cancelled', 'running', 'cancelled'])
  reading.end(new SynapseError('cancelled', 'it was'))
})

test('is dismissed when it is over, and not before', async () => {
  const { jobs } = list()
  const one = held()
  const id = jobs.add(one.task)
  expect(() => jobs.dismiss(id)).toThrow(expect.objectContaining({ code: 'not-ready' }))
  one.end()
  await settled()
  jobs.dismiss(id)
  expect(jobs.list).toEqual([])
  expect(() => jobs.cancel(id)).toThrow(expect.objectContaining({ code: 'bad-option' }))
})

const givenUp = new SynapseError('cancelled', 'given up')

test('what nobody asked for waits for quiet, makes room, begins anew, and is not listed after', async () => {
  const { jobs, count, states } = list()
  count.isQuiet = false
  const [own, asked] = [held(true, true), held()]
  jobs.add(own.task)
  expect(states()).toEqual(['waiting'])
  count.isQuiet = true
  jobs.look()
  expect(states()).toEqual(['running'])
  jobs.add(asked.task)
  expect(count.givenUp).toBe(1)
  jobs.look()
  expect(count.givenUp).toBe(1)
  own.end(givenUp)
  await settled()
  expect(states()).toEqual(['waiting', 'running'])
  asked.end()
  await settled()
  expect(states()).toEqual(['running', 'done'])
  count.isQuiet = false
  jobs.look()
  expect(count.givenUp).toBe(2)
  own.end(givenUp)
  await settled()
  expect(states()).toEqual(['waiting', 'done'])
  count.isQuiet = true
  jobs.look()
  own.end()
  await settled()
  expect(states()).toEqual(['done'])
})

test('what nobody asked for can be cancelled, while it waits and while it runs', async () => {
  const { jobs, count } = list()
  const [first, second] = [held(true, true), held(true, true)]
  const ids = [jobs.add(first.task), jobs.add(second.task)]
  jobs.cancel(ids[1]!)
  jobs.cancel(ids[0]!)
  expect(count.givenUp).toBe(1)
  first.end(givenUp)
  await settled()
  expect(jobs.list).toEqual([])
})
