import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import { during } from '../../../test/device-clock.ts'
import { memorySerial, openOver } from '../../../test/device-memory-serial.ts'
import { fuzzedPackets, fuzzTimeout } from '../../../test/fuzz/packets.ts'
import type { PtyOptions } from '../_emulator/pty-board.ts'
import { FrameFinder } from '../_session/frame-finder.ts'
import { EmulatedExplore, exploreCounts } from './emulator.ts'
import { mentalabExplore } from './index.ts'
import {
  deviceInfo,
  environment,
  headBytes,
  int16,
  measurePacket,
  microvoltsPerCount,
  orientationScales,
  sampleAt,
  sampleKinds,
  samplesIn,
  uint16,
  uint32,
} from './packet.ts'

const names = ['cmd_stat', 'device_info', 'eeg32', 'eeg94', 'eeg98', 'env', 'orn', 'push_marker']
const captures = names.flatMap((name) => {
  const folder = 'Mentalab-hub__explorepy/packets'
  const [bytes, told] = [dataFile(`${folder}/${name}`), dataFile(`${folder}/${name}_out.txt`)]
  return bytes && told
    ? [[name, readFileSync(bytes), JSON.parse(readFileSync(told, 'utf8'))] as const]
    : []
})

/** As explorepy prints it. */
function decoded(bytes: Uint8Array, length: number): Record<string, unknown> {
  const channels = sampleKinds.get(bytes[0]!)
  const head = {
    id: bytes[0],
    count: bytes[1],
    payload_length: uint16(bytes, 2),
    raw_timestamp: uint32(bytes, 4),
  }
  if (channels) {
    const samples = Array.from({ length: channels }, (_, c) =>
      Array.from({ length: samplesIn(bytes[0]!, length) }, (_row, row) =>
        rounded(sampleAt(bytes, 0, channels, row, c) * microvoltsPerCount, 2),
      ),
    )
    return { ...head, samples }
  }
  if (bytes[0] === 13) {
    const values = orientationScales.map((scale, i) => int16(bytes, headBytes + 2 * i) * scale)
    const of = (from: number, unit: number) =>
      values.slice(from, from + 3).map((value) => rounded(value * unit, 3))
    return { ...head, acc: of(0, 1000), gyr: of(3, 1000), mag: of(6, 10) }
  }
  if (bytes[0] === 19) {
    const { celsius, lux, batteryVolts } = environment(bytes, 0)
    return { ...head, temperature: celsius, light: lux, battery: batteryVolts }
  }
  if (bytes[0] === 99) {
    const { firmware, rateHz, mask } = deviceInfo(bytes, 0)
    return {
      ...head,
      fw_version: firmware,
      data_rate: rateHz,
      adc_mask: [...mask.toString(2)].map(Number),
    }
  }
  return bytes[0] === 194 ? { ...head, marker: uint16(bytes, headBytes) } : head
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits)) + 0

describe.skipIf(captures.length === 0)('the captures of explorepy', () => {
  test.each(captures)('%s decodes to the values printed beside it', (_, bytes, told) => {
    const length = measurePacket(bytes, 0, bytes.length, true)
    expect(length).toBe(bytes.length)
    const ours = decoded(bytes, length)
    for (const [name, value] of Object.entries(ours)) {
      const wanted =
        name === 'acc' || name === 'gyr' || name === 'mag'
          ? told[name].map((v: number) => rounded(v, 3))
          : told[name]
      if (typeof value === 'number' && !Number.isInteger(value))
        expect(value).toBeCloseTo(wanted, 6)
      else expect(value, name).toEqual(wanted)
    }
  })

  test('are found one behind the other, whatever stands between them and however they are cut', () => {
    const all = Buffer.concat(
      captures.flatMap(([, bytes]) => [Buffer.from([0xaf, 0x90, 0x05, 7]), bytes]),
    )
    for (const step of [1, 5, 64, all.length]) {
      const found: number[] = []
      const finder = new FrameFinder(measurePacket, {
        frame: (bytes, at) => void found.push(bytes[at]!),
        skipped: () => {},
      })
      for (let at = 0; at < all.length; at += step) finder.push(all.subarray(at, at + step), 0)
      finder.cut()
      expect(found).toEqual(captures.map(([, bytes]) => bytes[0]))
    }
  })
})

const sound: PtyOptions = {
  speed: 1,
  unplugSeconds: 1,
  lose: 0,
  corrupt: 0,
  delay: 0,
  delaySeconds: 0.2,
  seed: 1,
  sparePackets: 20,
}

async function streaming(channels: 4 | 8 | 32, faults: Partial<PtyOptions> = {}) {
  const options = { ...sound, ...faults }
  const memory = memorySerial(options, () => new EmulatedExplore({ ...options, channels }))
  const { session, out } = await openOver(mentalabExplore, memory)
  await during(memory.clock, session.start())
  return { memory, session, out, log: out.stream('mentalab-explore/exg') }
}

/** Frames of the device from the one on that was received first. */
function truthFrom(first: readonly number[], channels: number, frames: number): number[][] {
  const counts = exploreCounts(1, channels)
  const all = Array.from({ length: frames }, () => {
    const row = new Int32Array(channels)
    counts.next(row)
    return [...row]
  })
  const at = all.findIndex((row) => row.join() === first.join())
  expect(at).toBeGreaterThan(-1)
  return all.slice(at)
}

test.each([4, 8, 32] as const)(
  '%i channels stream count for count, with the device’s clock and facts',
  async (channels) => {
    const { memory, session, out, log } = await streaming(channels)
    expect(session.streams[0]).toMatchObject({ nominalRateHz: 250, origin: { firmware: '2.1.5' } })
    await memory.clock.run(5)
    await during(memory.clock, session.close())
    expect([out.violations, log.gaps]).toEqual([[], []])
    const truth = truthFrom(log.values[0]!, channels, 4000)
    expect(log.values.length).toBeGreaterThan(1000)
    expect(log.values).toEqual(truth.slice(0, log.values.length))
    const seconds = log.deviceTimes.at(-1)! - log.deviceTimes[0]!
    expect(Math.abs(seconds - log.values.length / 250)).toBeLessThan(0.2)
    expect(out.stream('mentalab-explore/orientation').values[0]).toEqual([
      -228, -2278, -16_080, 38, -86, -75, 191, 286, 77,
    ])
    expect(out.facts).toContainEqual({ name: 'battery voltage', value: 4.03, unit: 'V' })
  },
)

test.each([
  [4, 1],
  [8, 2],
  [32, 3],
] as const)(
  '%i channels under loss and damage: every sample is the device’s at its index',
  async (channels, seed) => {
    const faults = {
      lose: 0.03,
      corrupt: 0.03,
      delay: 0.01,
      delaySeconds: 0.3,
      seed: 1,
      sparePackets: 20,
    }
    const { memory, session, out, log } = await streaming(channels, faults)
    await memory.clock.run(60 + seed)
    await during(memory.clock, session.close())
    expect(out.violations).toEqual([])
    expect(log.values.length + log.lost).toBe(log.next)
    expect(log.gaps.length).toBeGreaterThan(5)
    expect(log.gaps.every(({ exact }) => exact)).toBe(true)
    const truth = truthFrom(log.values[0]!, channels, 20_000)
    expect(log.values.filter((row, i) => row.join() !== truth[log.indices[i]!]!.join())).toEqual([])
  },
)

test('unplugged 100 times it resumes within 3 s, with the gap exact by its clock, and nothing doubled', async () => {
  const { memory, session, out, log } = await streaming(8)
  const { clock, emulator } = memory
  await clock.run(1)
  for (let round = 0; round < 100; round++) {
    emulator.command('unplug 0.3')
    await clock.run(0.35)
    const before = log.values.length
    const since = clock.now()
    while (log.values.length === before) await clock.run(0.05)
    expect(clock.now() - since).toBeLessThan(3)
    await clock.run(0.2)
  }
  await during(clock, session.close())
  expect(out.violations).toEqual([])
  const truth = truthFrom(log.values[0]!, 8, 40_000)
  expect(log.values.filter((row, i) => row.join() !== truth[log.indices[i]!]!.join())).toEqual([])
})

test('the button is a marker; what is silent or somebody else’s is refused', async () => {
  const { memory, session, out } = await streaming(8)
  memory.emulator.command('button 3')
  await memory.clock.run(1)
  expect(out.markers).toMatchObject([{ label: 'pb_3', value: 3, source: 'mentalab-explore' }])
  const silent = memorySerial(sound, () =>
    Object.assign(new EmulatedExplore({ seed: 1, channels: 8 }), { streaming: false }),
  )
  await expect(openOver(mentalabExplore, silent)).rejects.toMatchObject({ code: 'silent-device' })
  const other = memorySerial(sound, () =>
    Object.assign(new EmulatedExplore({ seed: 1, channels: 8 }), {
      packet: (into: Uint8Array) => into.fill(7, 0, 30).length && 30,
    }),
  )
  await expect(openOver(mentalabExplore, other)).rejects.toMatchObject({ code: 'wrong-device' })
  await during(memory.clock, session.close())
  expect(out.violations).toEqual([])
})

test('packets that are all damaged throw nothing, and none is counted twice', {
  timeout: fuzzTimeout,
}, async () => {
  const { memory, session, out, log } = await streaming(8, {
    corrupt: 1,
    sparePackets: 20,
    speed: 100,
  })
  let frames = 0
  while (memory.emulator.summary().corrupted < fuzzedPackets) {
    await memory.clock.run(0.5)
    frames += log.forget()
    memory.made.length = 0
  }
  await during(memory.clock, session.close())
  expect(out.violations).toEqual([])
  expect(frames + log.forget() + log.lost).toBe(log.next)
})
