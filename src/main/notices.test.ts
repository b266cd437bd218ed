import { expect, test } from 'vitest'
import { ManualClock } from '../../test/device-clock.ts'
import { SynapseError } from '../signal/index.ts'
import { Notices } from './notices.ts'

function newNotices() {
  const clock = new ManualClock()
  let changes = 0
  const notices = new Notices(clock, () => changes++)
  const add = (about: string, message: string) =>
    notices.add(about, 'warning', new SynapseError('link-lost', message).note)
  return { clock, notices, add, changes: () => changes }
}

test('the newest is last, with a number of its own and the time', () => {
  const { clock, notices, add, changes } = newNotices()
  add('cyton', 'gone')
  clock.advance(3)
  add('muse', 'gone')
  expect(notices.list).toMatchObject([
    { number: 1, about: 'cyton', time: 100, level: 'warning' },
    { number: 2, about: 'muse', time: 103 },
  ])
  expect(changes()).toBe(2)
})

test('the same trouble again takes the place of the old notice', () => {
  const { notices, add } = newNotices()
  add('cyton', 'gone')
  add('cyton', 'silent')
  add('cyton', 'gone')
  expect(notices.list.map(({ number, note }) => [number, note.message])).toEqual([
    [2, 'silent'],
    [3, 'gone'],
  ])
})

test('fifty are kept, the oldest go', () => {
  const { notices, add } = newNotices()
  for (let i = 0; i < 120; i++) add('cyton', `trouble ${i}`)
  expect(notices.list).toHaveLength(50)
  expect(notices.list[0]!.note.message).toBe('trouble 70')
})

test('one is dismissed by its number; a number that is not there changes nothing', () => {
  const { notices, add } = newNotices()
  add('cyton', 'gone')
  add('muse', 'gone')
  notices.dismiss(1)
  notices.dismiss(99)
  expect(notices.list.map(({ number }) => number)).toEqual([2])
})
