/** What the session does when the board falls silent, on a clock that the test moves. */
import { expect, test } from 'vitest'
import { DeviceLog } from '../../../test/device-log.ts'
import { memoryBoard, sentCounts } from '../../../test/device-memory-board.ts'
import { transportsWith } from '../../../test/device-transports.ts'
import { parseOptions } from '../../signal/index.ts'
import { cytonOptions } from '../_cyton/options.ts'
import { openbciCyton } from './index.ts'

async function streaming(options: Record<string, unknown> = {}) {
  const board = memoryBoard({})
  const { clock, port } = board
  const said: string[] = []
  const transports = transportsWith({
    serial: {
      list: async () => [],
      async open(_path, _baudRate, listener) {
        clock.every(0.01, () => {
          const bytes = port().heard()
          if (bytes.length) listener.bytes(bytes, clock.now())
        })
        return {
          async write(bytes) {
            said.push(Buffer.from(bytes).toString('latin1'))
            port().say(said.at(-1)!)
          },
          async close() {},
        }
      },
    },
  })
  const out = new DeviceLog(() => undefined)
  const parsed = parseOptions('openbci-cyton', cytonOptions, options)
  const opening = openbciCyton.open('memory', parsed, { out, clock, transports })
  await clock.run(1)
  const session = await opening
  const starting = session.start()
  await clock.run(1)
  await starting
  return { ...board, session, out, said, eeg: out.stream('openbci-cyton/eeg') }
}

test('a board that falls silent counts as stalled after a second, and says what to do', async () => {
  const { clock, port, out } = await streaming()
  port().say('s')
  await clock.run(0.9)
  expect(out.states).toEqual(['streaming'])
  await clock.run(0.4)
  expect(out.links.at(-1)).toMatchObject({ state: 'stalled', cause: { code: 'silent-device' } })
})

test('after three seconds it is started again, with the gap estimated and marked as such', async () => {
  const { clock, port, out, eeg, said } = await streaming()
  port().say('s')
  await clock.run(3.3)
  expect(said.at(-1)).toBe('<b')
  await clock.run(1)
  expect(out.states).toEqual(['streaming', 'stalled', 'streaming'])
  expect(eeg.gaps).toMatchObject([{ exact: false, reason: 'disconnected' }])
  expect(eeg.lost / 250).toBeCloseTo(3.1, 0)
  expect(out.violations).toEqual([])
})

test('a silence of the radio that the board streamed through is counted exactly', async () => {
  const { clock, emulator, out, eeg } = await streaming()
  for (const seconds of [0.7, 1.4, 4.2]) {
    const before = eeg.gaps.length
    const { lost } = emulator.summary()
    emulator.command('lose 1')
    await clock.run(seconds)
    emulator.command('lose 0')
    await clock.run(0.5)
    const lostSamples = emulator.summary().lost - lost
    expect(eeg.gaps.slice(before)).toEqual([
      { atSample: expect.any(Number), lostSamples, exact: true, reason: 'disconnected' },
    ])
  }
  expect(out.violations).toEqual([])
})

test('a host that was busy does not take a waiting board for a silent one', async () => {
  const { clock, out, eeg } = await streaming()
  clock.sleepThrough(5)
  await clock.run(1)
  expect(out.states).toEqual(['streaming'])
  expect(eeg.gaps).toEqual([])
})

test('closing twice, and stopping before starting again, are harmless', async () => {
  const { clock, session, out, eeg } = await streaming()
  const stopping = session.stop()
  await clock.run(1)
  await stopping
  const starting = session.start()
  await clock.run(1)
  await starting
  const closing = Promise.all([session.close(), session.close()])
  await clock.run(1)
  await closing
  expect(eeg.gaps).toEqual([])
  expect(out.states.filter((state) => state === 'closed')).toEqual(['closed'])
  const seen = eeg.next
  await clock.run(1)
  expect(eeg.next).toBe(seen)
})

test('set while it streams, every sample is under the old gain or the new, and the gap is marked', async () => {
  const { clock, session, out, eeg, said } = await streaming()
  await clock.run(2)
  const gains = [12, ...Array(7).fill(24)]
  const setting = session.configure!(parseOptions('openbci-cyton', cytonOptions, { gains }))
  await clock.run(2)
  await setting
  await clock.run(2)
  expect(said.slice(-4)).toEqual(['s', 'd', 'x1050110X', 'b'])
  expect(eeg.gaps).toEqual([
    {
      atSample: expect.any(Number),
      lostSamples: expect.any(Number),
      exact: false,
      reason: 'settings',
    },
  ])
  const [{ atSample, lostSamples } = { atSample: 0, lostSamples: 0 }] = eeg.gaps
  expect(out.settings[0]).toEqual({ stream: 'openbci-cyton/eeg', sample: atSample })
  expect(new Set(out.states)).toEqual(new Set(['streaming']))
  // The board made no sample meanwhile. At half the gain a count is worth two of the stream's.
  const made = sentCounts(1, eeg.values.length)
  eeg.values.forEach((frame, i) => {
    const isBefore = eeg.indices[i]! < atSample
    expect(Math.abs(frame[0]! - made[i * 8]!)).toBeLessThanOrEqual(isBefore ? 0 : 1)
    if (!isBefore) expect(Math.abs(frame[0]! % 2)).toBe(0)
    expect(frame[1]).toBe(made[i * 8 + 1])
  })
  const seconds = eeg.hostTimes.at(-1)! - eeg.hostTimes[0]!
  expect(Math.abs((eeg.next - 1) / 250 - seconds)).toBeLessThan(0.2)
  expect(lostSamples).toBeGreaterThan(10)
  const [first] = session.streams[0]!.channels
  expect(first!.range![1] / session.streams[0]!.channels[1]!.range![1]).toBeCloseTo(2, 6)
  expect(session.streams[0]!.origin.settings).toMatchObject({ gain: '12,24,24,24,24,24,24,24' })
  expect(out.violations).toEqual([])
})

test('a setting that the board refuses changes nothing', async () => {
  const { clock, session, out, eeg, emulator } = await streaming()
  await clock.run(1)
  emulator.command('refuse 1')
  const gains = [12]
  const setting = session.configure!(parseOptions('openbci-cyton', cytonOptions, { gains }))
  const refused = expect(setting).rejects.toMatchObject({ code: 'bad-option' })
  await clock.run(12)
  await refused
  emulator.command('refuse 0')
  await clock.run(1)
  expect(out.settings).toEqual([])
  expect(session.streams[0]!.origin.settings).toMatchObject({ gain: 24 })
  expect(eeg.gaps).toMatchObject([{ reason: 'settings' }])
  expect(out.states.at(-1)).toBe('streaming')
})

test('a board that is silent is not set: it would not hear it', async () => {
  const { clock, port, session, out } = await streaming()
  port().say('s')
  await clock.run(2)
  const setting = session.configure!(parseOptions('openbci-cyton', cytonOptions, { gains: [1] }))
  await expect(setting).rejects.toMatchObject({ code: 'not-ready' })
  expect([out.settings, session.streams[0]!.origin.settings?.gain]).toEqual([[], 24])
})

test('set while it is paused, it begins with the new settings, without a gap', async () => {
  const { clock, session, out, eeg } = await streaming()
  const steps = async (work: Promise<void>) => {
    await clock.run(2)
    await work
  }
  await steps(session.stop())
  const before = eeg.next
  await steps(session.configure!(parseOptions('openbci-cyton', cytonOptions, { off: [1] })))
  await steps(session.start())
  await clock.run(1)
  expect(eeg.values.length).toBeGreaterThan(before + 200)
  expect(eeg.values.slice(before).every(([first]) => first === 0)).toBe(true)
  expect([eeg.gaps, out.violations]).toEqual([[], []])
})
