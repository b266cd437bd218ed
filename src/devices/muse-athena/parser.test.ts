import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { packedValue, packValue, walk } from './packet.ts'
import { AthenaParser } from './parser.ts'

interface Golden {
  readonly captures: Record<
    string,
    {
      readonly batteryPercent: number
      readonly streams: Record<
        string,
        { frames: number; sums: number[]; first: number[]; last: number[] }
      >
    }
  >
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/muse_athena.json', import.meta.url), 'utf8'),
)
const names: Record<string, string> = {
  17: 'eeg',
  18: 'eeg',
  53: 'light',
  54: 'light',
  71: 'motion',
}
const captures = Object.keys(golden.captures).map(
  (name) => [name, dataFile(`DominiqueMakowski__OpenMuse/${name}`)] as const,
)

/** The notifications of a capture, with the seconds at which they arrived. */
function notifications(path: string): [Uint8Array, number][] {
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [time, , hex] = line.split('\t')
    return [Uint8Array.from(Buffer.from(hex!, 'hex')), Date.parse(time!) / 1000]
  })
}

describe.runIf(captures.every(([, path]) => path))('a real headband’s notifications', () => {
  test.each(captures)(
    '%s decodes to what another decoder finds, with nothing lost',
    (name, path) => {
      const { streams, batteryPercent } = golden.captures[name]!
      const out = new DeviceLog(() => undefined)
      const battery: number[] = []
      const tags = Object.keys(streams).map(Number)
      const parser = new AthenaParser(out, tags, { source: 'muse-athena' }, (percent) =>
        battery.push(percent),
      )
      for (const [bytes, time] of notifications(path!)) {
        parser.notified(bytes, time)
        parser.settle(time)
      }
      parser.paused()
      expect([parser.refused, parser.unannounced, parser.stale, out.violations]).toEqual([
        0,
        0,
        0,
        [],
      ])
      expect(battery[0]).toBe(batteryPercent)
      for (const [tag, { frames, sums, first, last }] of Object.entries(streams)) {
        const { values, gaps } = out.stream(`muse-athena/${names[tag]}`)
        expect([values.length, gaps, values[0], values.at(-1)]).toEqual([frames, [], first, last])
        expect(sums.map((_, c) => values.reduce((sum, frame) => sum + frame[c]!, 0))).toEqual(sums)
      }
    },
  )

  test('the battery’s charge is the one in the capture’s name', () => {
    expect(golden.captures['test_battery_58_27.txt']!.batteryPercent).toBeCloseTo(58.27, 2)
  })

  test('every tenth notification left out: the gaps are as long as what was left out', () => {
    const out = new DeviceLog(() => undefined)
    const parser = new AthenaParser(out, [18, 54, 71], { source: 'muse-athena' }, () => {})
    const missing = new Map<number, number>()
    notifications(captures.find(([name]) => name === 'data_p1041.txt')![1]!).forEach(
      ([bytes, time], i) => {
        if (i % 10 !== 5) parser.notified(bytes, time)
        else walk(bytes, (tag) => missing.set(tag, (missing.get(tag) ?? 0) + 1))
        parser.settle(time)
      },
    )
    parser.paused()
    expect(out.violations).toEqual([])
    const lost = (name: string) => out.stream(`muse-athena/${name}`).lost
    expect([lost('eeg'), lost('light'), lost('motion')]).toEqual([
      missing.get(18)! * 2,
      missing.get(54)!,
      missing.get(71)! * 3,
    ])
  })
})

test.each([14, 20])('values of %i bits come out as they were put in', (bits) => {
  const bytes = new Uint8Array(42)
  const values = Array.from({ length: 16 }, (_, i) => (i * 2654435761) % 2 ** bits)
  for (const [i, value] of values.entries()) packValue(bytes, 2, bits, i, value)
  expect(values.map((_, i) => packedValue(bytes, 2, bits, i))).toEqual(values)
})

test('the highest and the lowest counts of 14 bits', () => {
  expect(packedValue(Uint8Array.of(0xff, 0xff), 0, 14, 0)).toBe(16383)
  expect(packedValue(Uint8Array.of(0x00, 0xc0), 0, 14, 0)).toBe(0)
})
