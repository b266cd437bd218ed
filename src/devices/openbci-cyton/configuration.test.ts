import { afterAll, describe, expect, test } from 'vitest'
import { DeviceLog } from '../../../test/device-log.ts'
import { realClock as clock, until } from '../../../test/device-real-clock.ts'
import { parseOptions } from '../../signal/index.ts'
import { settingCommands, startCommands } from '../_cyton/configuration.ts'
import { type CytonOptions, cytonOptions } from '../_cyton/options.ts'
import { emulatorCatalog } from '../catalog.ts'
import { systemTransports } from '../index.ts'
import { openbciCyton } from './index.ts'

const chosen = (options: Record<string, unknown>): CytonOptions =>
  parseOptions('openbci-cyton', cytonOptions, options)

test.each([
  [{}, 8, ['d']],
  [{ gains: [12] }, 8, ['d', ...[1, 2, 3, 4, 5, 6, 7, 8].map((input) => `x${input}050110X`)]],
  [{ off: [3] }, 8, ['d', 'x3160110X']],
  [{ outOfBias: [9], bipolar: [10] }, 16, ['d', 'xQ060010X', 'xW060100X']],
  [{ pins: 'digital' }, 8, ['d', '/3']],
  [{ testSignal: 'fast' }, 8, ['d', '=']],
])('%j is said as %j', (options, channels, commands) => {
  expect(settingCommands(chosen(options), channels)).toEqual(commands)
})

test('the card’s file and the clock begin with the stream; pins leave no room for the clock', () => {
  expect(startCommands(chosen({ cardTime: '1h' }))).toEqual(['G', '<'])
  expect(startCommands(chosen({ pins: 'analog' }))).toEqual([])
})

test.each([
  [{ gains: [5] }, /gains/],
  [{ labels: ['Cz'] }, /8 channels/],
  [{ off: [17] }, /off/],
  [{ radioChannel: 26 }, /radioChannel/],
])('%j is refused', (options, message) => {
  expect(() => chosen(options)).toThrow(message)
})

const endings: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of endings) await end()
})
const supported = process.platform === 'linux' || process.platform === 'darwin'
if (!supported) process.stderr.write('skipping the pseudo-terminals: this system has none\n')

async function opened(board: Record<string, unknown>, options: Record<string, unknown>) {
  const made = emulatorCatalog.get('openbci-cyton')!
  const parsed = parseOptions('openbci-cyton', made.options, { speed: 4, ...board })
  const emulator = await made.start(parsed, { clock, event: () => {} })
  const out = new DeviceLog(() => undefined)
  const context = { out, clock, transports: systemTransports(clock, []) }
  const session = await openbciCyton.open(emulator.address, chosen(options), context)
  endings.push(
    () => session.close(),
    async () => emulator.close(),
  )
  await session.start()
  return { session, emulator, out, eeg: out.stream('openbci-cyton/eeg') }
}

describe.skipIf(!supported).concurrent('an emulated board over a real terminal', () => {
  test('gain, off and test signal reach the samples, and the stream says what they are worth', async () => {
    const options = { gains: [24, 1, ...Array(6).fill(24)], off: [3], testSignal: 'slow' }
    const { session, eeg } = await opened({}, options)
    await until(() => eeg.next > 600, '600 samples')
    const [first, second] = session.streams[0]!.channels
    expect(second!.range![1]).toBeCloseTo(24 * first!.range![1], 6)
    expect(second!.scale).toBe(first!.scale)
    const microvolts = (channel: number) =>
      new Set(
        eeg.values.map((frame) => Math.round(frame[channel]! * [first, second][channel]!.scale)),
      )
    expect([...microvolts(0)].sort((a, b) => a - b)).toEqual([-1875, 1875])
    expect([...microvolts(1)].sort((a, b) => a - b)).toEqual([-1875, 1875])
    expect(new Set(eeg.values.map((frame) => frame[2]))).toEqual(new Set([0]))
  })

  test('a Daisy is found; 16 electrodes are measured', async () => {
    const electrodes = { daisy: true, impedanceKohm: [5, ...Array(8).fill(10), 50] }
    const { session, eeg } = await opened(electrodes, {})
    await until(() => eeg.next > 100, '100 samples')
    expect([session.streams[0]!.channels.length, session.streams[0]!.nominalRateHz]).toEqual([
      16, 125,
    ])
    for (const [input, ohms] of [
      ['1N', 5000],
      ['10N', 50_000],
    ] as const) {
      const reading = await session.impedance!.measure(input)
      expect(Math.abs(reading.ohms / ohms - 1), input).toBeLessThan(0.02)
    }
  })

  test('a pin that rises is a marker, at the sample with which it came', async () => {
    const { emulator, out } = await opened({}, { pins: 'digital' })
    const pins = out.stream('openbci-cyton/pins')
    await until(() => pins.next > 100, '100 samples')
    expect(emulator.command('D17 1')).toBe('D17 1')
    await until(() => out.markers.length === 1, 'the marker')
    expect(out.markers[0]).toMatchObject({ label: 'D17', value: 1 })
    const { sample } = out.markerPlaces[0]!
    await until(() => pins.next > sample + 20, 'the samples after it')
    expect(pins.values.slice(sample - 1, sample + 1).map((frame) => frame[3])).toEqual([0, 1])
  })

  test('a board on another radio channel than its dongle is found there', async () => {
    const { out, eeg } = await opened({ boardRadio: 3 }, {})
    await until(() => eeg.next > 100, '100 samples')
    expect(out.facts).toContainEqual({ name: 'radioChannel', value: 3 })
  })
})
