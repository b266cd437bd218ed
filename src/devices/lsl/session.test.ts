import { beforeEach, describe, expect, test } from 'vitest'
import { during, ManualClock } from '../../../test/device-clock.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { MemoryLsl, memoryStream } from '../../../test/device-memory-lsl.ts'
import { transportsWith } from '../../../test/device-transports.ts'
import { type DeviceSession, parseOptions } from '../../signal/index.ts'
import { lsl } from './index.ts'

const id = 'lsl/amp-1'
let clock: ManualClock
let sender: MemoryLsl
let out: DeviceLog

beforeEach(() => {
  clock = new ManualClock()
  sender = new MemoryLsl(clock)
  out = new DeviceLog(() => 2)
})

async function opened(address = 'amp-1'): Promise<DeviceSession> {
  const transports = transportsWith({ lsl: sender })
  return during(
    clock,
    lsl.open(address, parseOptions('lsl', lsl.options, {}), { out, clock, transports }),
  )
}

async function started(): Promise<DeviceSession> {
  const session = await opened()
  await during(clock, session.start())
  return session
}

const theGap = { atSample: expect.any(Number), exact: false, reason: 'disconnected' }

const numbers = () => out.stream(id).values.map(([number]) => number!)

describe('opening', () => {
  test('names the stream by source id, name, or name and host', async () => {
    for (const address of ['amp-1', 'Amplifier', 'Amplifier@lab', 'first']) {
      expect((await opened(address)).streams.map((stream) => stream.id)).toEqual([id])
    }
  })

  test('refuses a name that two streams bear, and says their own', async () => {
    sender.streams = [memoryStream, { ...memoryStream, sourceId: 'amp-2', uid: 'second' }]
    await expect(opened('Amplifier')).rejects.toMatchObject({
      code: 'bad-option',
      remedy: expect.stringMatching(/amp-1, amp-2/),
    })
  })

  test('says that nobody sends it', async () => {
    await expect(opened('nobody')).rejects.toMatchObject({ code: 'lsl-failed' })
  })

  test('says that a firewall may be in the way where a stream is announced and never answers', async () => {
    sender.describes = null
    await expect(opened()).rejects.toMatchObject({ code: 'lsl-failed', remedy: /firewall/ })
    expect(sender.closed).toBe(1)
  })

  test('takes labels, units and all else that the description says', async () => {
    const [stream] = (await opened()).streams
    expect(stream!.channels.map(({ label, unit, type }) => [label, unit, type])).toEqual([
      ['C3', 'uV', 'EEG'],
      ['C4', 'uV', 'EEG'],
    ])
    expect(stream!.origin.settings).toMatchObject({ 'cap.name': 'standard', hostname: 'lab' })
    expect(stream!.origin.description).toContain('<cap><name>standard</name></cap>')
  })
})

test('every sample comes with its own stamp, and the offset of its clock before it', async () => {
  const session = await started()
  await clock.run(2)
  await during(clock, session.stop())
  const log = out.stream(id)
  expect(numbers()).toEqual(numbers().map((_, i) => i))
  expect(numbers().length).toBeGreaterThan(490)
  expect(log.offsets[0]).toMatchObject({ offsetSeconds: 1000 })
  for (const [i, time] of log.deviceTimes.entries()) {
    expect(log.hostTimes[i]! - (time + 1000)).toBeLessThan(0.0061)
  }
  expect(out.violations).toEqual([])
})

test('the offset is measured every 5 s', async () => {
  await started()
  await clock.run(21)
  expect(out.stream(id).offsets).toHaveLength(5)
})

test('samples wait until their clock is known', async () => {
  sender.isMeasured = false
  await started()
  await clock.run(1)
  expect(numbers()).toEqual([])
  sender.isMeasured = true
  await clock.run(0.1)
  expect(numbers().length).toBeGreaterThan(260)
  expect(numbers()[0]).toBe(0)
})

test('stamps on no clock of LSL, or a clock that cannot be measured, are aligned by arrival', async () => {
  sender.isMeasured = false
  await started()
  await clock.run(4)
  expect(numbers()[0]).toBe(0)
  expect(out.facts).toContainEqual({ name: 'aligned by', value: 'arrival' })
  expect(Math.abs(out.stream(id).offsets[0]!.offsetSeconds - 1000)).toBeLessThan(3.2)
})

test('silence is told of within 2 s, and a sender that goes on ends it with a gap of its length', async () => {
  await started()
  await clock.run(1)
  sender.isSending = false
  await clock.run(2)
  expect(out.links.at(-1)).toMatchObject({ state: 'stalled', cause: { code: 'silent-device' } })
  await clock.run(1)
  sender.isSending = true
  await clock.run(1)
  expect(out.states.at(-1)).toBe('streaming')
  expect(out.stream(id).gaps).toEqual([{ ...theGap, lostSamples: 750 }])
  expect(numbers().at(-1)).toBe(out.stream(id).indices.at(-1))
})

test('a short jump of the stamps is a loss only beyond gapSeconds', async () => {
  await started()
  await clock.run(1)
  sender.isSending = false
  await clock.run(0.4)
  sender.isSending = true
  await clock.run(0.5)
  expect(out.stream(id).gaps).toEqual([])
  sender.isSending = false
  await clock.run(0.8)
  sender.isSending = true
  await clock.run(0.5)
  expect(out.stream(id).gaps).toMatchObject([{ lostSamples: 200, reason: 'lost', exact: false }])
})

test('a sender back on another clock is aligned anew, with the gap on the host clock', async () => {
  await started()
  await clock.run(1)
  sender.isUp = false
  await clock.run(3)
  sender.isUp = true
  sender.wasRecovered = true
  sender.isMeasured = false
  sender.offsetSeconds = -4000
  await clock.run(1)
  sender.isMeasured = true
  await clock.run(1)
  const log = out.stream(id)
  expect(log.gaps).toEqual([{ ...theGap, lostSamples: 750 }])
  expect(numbers().at(-1)).toBe(log.indices.at(-1))
  expect(log.offsets.map(({ offsetSeconds }) => offsetSeconds)).toEqual([1000, -4000])
  expect(out.facts).toContainEqual({ name: 'recoveries', value: 1 })
  expect(out.violations).toEqual([])
})

test('a stream without a source id is found again by what it is', async () => {
  const nameless = { ...memoryStream, sourceId: '' }
  sender = new MemoryLsl(clock, nameless)
  const session = await opened('Amplifier')
  await during(clock, session.start())
  await clock.run(1)
  sender.isLost = true
  sender.isUp = false
  sender.streams = []
  await clock.run(1)
  expect(out.links.at(-1)).toMatchObject({ state: 'reconnecting', cause: { code: 'link-lost' } })
  sender.isUp = true
  sender.streams = [{ ...nameless, uid: 'second' }]
  await clock.run(1)
  expect(out.states.at(-1)).toBe('streaming')
  const log = out.stream('lsl/Amplifier@lab')
  expect(log.gaps).toMatchObject([{ exact: false, reason: 'disconnected' }])
  expect(log.values.at(-1)![0]).toBe(log.indices.at(-1))
  await during(clock, session.close())
  expect(sender.closed).toBe(sender.opened)
})

test('close while it looks for the sender ends the search', async () => {
  const session = await opened()
  await during(clock, session.start())
  sender.isLost = true
  sender.streams = []
  await clock.run(1)
  await during(clock, session.close())
  expect(out.states.at(-1)).toBe('closed')
  expect(sender.closed).toBe(sender.opened)
})
