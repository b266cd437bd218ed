import { describe, expect, test } from 'vitest'
import { during, ManualClock } from '../../../test/device-clock.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { MemoryLsl, memoryStream } from '../../../test/device-memory-lsl.ts'
import { transportsWith } from '../../../test/device-transports.ts'
import { type LslTransport, parseOptions } from '../../signal/index.ts'
import { lsl } from './index.ts'
import { readPredicate } from './predicate.ts'

const second = { ...memoryStream, name: 'Other amplifier', sourceId: 'amp-2', uid: 'second' }
const gaze = { ...memoryStream, name: 'Eyes', type: 'Gaze', sourceId: 'eyes', uid: 'third' }
const all = [memoryStream, second, gaze]

describe('an address that is a predicate means', () => {
  test.each([
    ['*', 3],
    ["type='EEG'", 2],
    ['type=EEG', 2],
    ['type = "EEG"', 2],
    ["type='EEG' and starts-with(name,'Other')", 1],
    ["starts-with(source_id, 'amp')", 2],
    ["name='Eyes' and hostname='lab' and channel_count=2", 1],
    ["name='a and b'", 0],
    ['nominal_srate=250', 3],
  ])('%s: %i streams', (text, count) => {
    expect(all.filter(readPredicate(text)!)).toHaveLength(count)
  })

  test.each([
    'Amplifier',
    'amp-1',
    'Amplifier@lab',
    'colour=red',
    "type='EEG",
    'type',
    '',
    'a and b',
  ])('%s is a name, and no predicate', (text) => expect(readPredicate(text)).toBe(null))
})

function onNetwork() {
  const clock = new ManualClock()
  const senders = all.map((stream) => new MemoryLsl(clock, stream))
  const network: LslTransport = {
    find: async () => senders.flatMap(({ streams }) => streams),
    open: (stream) => senders.find(({ streams }) => streams.includes(stream))!.open(stream),
    hide: () => {},
  }
  const out = new DeviceLog(() => 2)
  const transports = transportsWith({ lsl: network })
  const open = (address: string) =>
    during(
      clock,
      lsl.open(address, parseOptions('lsl', lsl.options, {}), { out, clock, transports }),
    )
  return { clock, senders, out, open }
}

test('all streams of a predicate are one device, each with its own samples and offsets', async () => {
  const { clock, out, open } = onNetwork()
  const session = await open("type='EEG'")
  expect(session.streams.map(({ id }) => id)).toEqual(['lsl/amp-1', 'lsl/amp-2'])
  expect(session.stamped).toEqual(['lsl/amp-1', 'lsl/amp-2'])
  await during(clock, session.start())
  await clock.run(1)
  await during(clock, session.close())
  for (const { id } of session.streams) {
    expect(out.stream(id).values.length).toBeGreaterThan(200)
    expect(out.stream(id).offsets).toHaveLength(1)
  }
  expect([out.states, out.violations]).toEqual([['streaming', 'paused', 'closed'], []])
})

test('it is as well as the worst of them', async () => {
  const { clock, senders, out, open } = onNetwork()
  const sender = senders[1]!
  const session = await open('*')
  await during(clock, session.start())
  await clock.run(1)
  sender.isSending = false
  await clock.run(3)
  expect(out.states).toEqual(['streaming', 'stalled'])
  expect(out.links.at(-1)!.cause).toMatchObject({ code: 'silent-device' })
  sender.isSending = true
  await clock.run(1)
  expect(out.states.at(-1)).toBe('streaming')
  await during(clock, session.close())
})

test('where nobody sends such, it says so; two that cannot be told apart are refused', async () => {
  const { senders, open } = onNetwork()
  await expect(open("type='ECG'")).rejects.toMatchObject({ code: 'lsl-failed' })
  const nameless = { ...memoryStream, sourceId: '' }
  for (const [i, sender] of senders.entries()) sender.streams = [{ ...nameless, uid: String(i) }]
  await expect(open('*')).rejects.toMatchObject({ code: 'bad-option' })
  for (const sender of senders) expect(sender.closed).toBe(sender.opened)
})
