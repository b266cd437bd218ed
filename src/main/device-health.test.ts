import { expect, test } from 'vitest'
import type { DeviceFact } from '../signal/index.ts'
import { LinkHealth, type StreamFigures } from './device-health.ts'

const sound: StreamFigures = {
  name: 'EEG',
  nominalRateHz: 250,
  effectiveRateHz: 250.1,
  ledger: { expected: 10_000, received: 10_000, lost: 0 },
  clock: { driftPpm: 40, uncertaintyMs: 0.1 },
  buffer: { heldSeconds: 0.1, holdsSeconds: 20 },
}

function figures(
  stream: Partial<StreamFigures> = {},
  facts: readonly DeviceFact[] = [],
  health = new LinkHealth(),
) {
  const known = new Map(facts.map((fact) => [fact.name, fact]))
  const at = (now: number) =>
    health.figures('amp', 'streaming', known, [{ ...sound, ...stream }], now)
  at(90)
  return at(100)
}

const topics = (...of: Parameters<typeof figures>) =>
  figures(...of).warnings.map(({ topic }) => topic)

test('of a sound device nothing is told but its figures', () => {
  expect(figures({}, [{ name: 'firmware', value: 'v3' }])).toEqual({
    device: 'amp',
    firmware: 'v3',
    batteryPercent: null,
    rssiDbm: null,
    bridgeLatencyMs: null,
    silences: 0,
    reconnections: 0,
    lastSilence: null,
    buffer: sound.buffer,
    warnings: [],
  })
})

test.each([
  ['rate', { effectiveRateHz: 240 }, []],
  ['clock', { clock: { driftPpm: 0, uncertaintyMs: 9 } }, []],
  ['clock', { clock: { driftPpm: -900, uncertaintyMs: 0.1 } }, []],
  ['buffer', { buffer: { heldSeconds: 12, holdsSeconds: 20 } }, []],
  ['battery', {}, [{ name: 'battery', value: 12, unit: '%' }]],
  ['signal', {}, [{ name: 'rssi', value: -93, unit: 'dBm' }]],
  ['bridge', {}, [{ name: 'bridge latency', value: 16, unit: 'ms' }]],
] as const)('%s that is amiss is a warning with a remedy', (topic, stream, facts) => {
  const { warnings } = figures(stream, facts)
  expect(warnings).toMatchObject([{ topic }])
  expect(warnings[0]!.remedy).toMatch(/\.$/)
})

test('loss counts over the last minute: what was long ago is forgotten', () => {
  const health = new LinkHealth()
  const at = (now: number, expected: number, lost: number) =>
    health
      .figures(
        'amp',
        'streaming',
        new Map(),
        [{ ...sound, ledger: { expected, received: expected - lost, lost } }],
        now,
      )
      .warnings.map(({ topic }) => topic)
  expect(at(0, 0, 0)).toEqual([])
  expect(at(10, 2500, 100)).toEqual(['loss'])
  for (let now = 20; now <= 60; now += 10) expect(at(now, now * 250, 100)).toBeInstanceOf(Array)
  expect(at(100, 25_000, 100)).toEqual([])
})

test('a rate counts as wrong when it has been so for 10 s, and only while the device streams', () => {
  const health = new LinkHealth()
  const warned = (now: number, state = 'streaming', effectiveRateHz = 240) =>
    health.figures('amp', state, new Map(), [{ ...sound, effectiveRateHz }], now).warnings.length
  expect([warned(0), warned(9), warned(10)]).toEqual([0, 0, 1])
  expect([warned(11, 'streaming', 250), warned(12), warned(21), warned(22)]).toEqual([0, 0, 0, 1])
  expect([warned(23, 'paused'), warned(24), warned(34)]).toEqual([0, 0, 1])
})

test('silences and reconnections are counted, the last one with how long it was', () => {
  const health = new LinkHealth()
  const told = () => topicsOf(figures({}, [], health))
  health.linked('streaming', 10)
  expect(told()).toEqual([0, 0, null])
  health.linked('stalled', 21)
  expect(told()).toEqual([1, 0, { kind: 'silent', time: 20, seconds: null }])
  health.linked('streaming', 25)
  expect(told()).toEqual([1, 0, { kind: 'silent', time: 20, seconds: 5 }])
  health.linked('reconnecting', 30)
  health.linked('streaming', 31.5)
  expect(told()).toEqual([1, 1, { kind: 'unlinked', time: 30, seconds: 1.5 }])
  health.linked('reconnecting', 40)
  health.linked('closed', 41)
  expect(told().slice(0, 2)).toEqual([1, 1])
})

function topicsOf({ silences, reconnections, lastSilence }: ReturnType<typeof figures>) {
  return [silences, reconnections, lastSilence]
}

test('a stream whose rate nobody knows has none to keep', () => {
  expect(topics({ nominalRateHz: 0, effectiveRateHz: 24 })).toEqual([])
})
