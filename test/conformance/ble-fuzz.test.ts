/**
 * Every Bluetooth driver against notifications that no board would send: noise, and its board's own
 * cut short, filled up, turned over and repeated. SYNAPSE_FUZZ says how many, 10⁵ otherwise.
 */
import { describe, expect, test } from 'vitest'
import type { DeviceEmulator } from '../../src/devices/_emulator/emulator.ts'
import { seededRandom } from '../../src/devices/_emulator/faults.ts'
import { museEmulator } from '../../src/devices/muse/emulator.ts'
import { muse } from '../../src/devices/muse/index.ts'
import { athenaEmulator } from '../../src/devices/muse-athena/emulator.ts'
import { museAthena } from '../../src/devices/muse-athena/index.ts'
import { npgEmulator } from '../../src/devices/npg-lite/emulator.ts'
import { npgLite } from '../../src/devices/npg-lite/index.ts'
import { ganglionEmulator } from '../../src/devices/openbci-ganglion/emulator.ts'
import { openbciGanglion } from '../../src/devices/openbci-ganglion/index.ts'
import type { DeviceDriver } from '../../src/signal/index.ts'
import { openBoard } from '../device-ble-session.ts'
import { during } from '../device-clock.ts'
import type { MemoryAir } from '../device-memory-air.ts'
import { fuzzedPackets, fuzzTimeout } from '../fuzz/packets.ts'

const largest = 244

interface Subject {
  readonly name: string
  readonly driver: DeviceDriver
  readonly emulator: DeviceEmulator
  readonly options?: Record<string, unknown>
}

const subjects = [
  { name: 'muse', driver: muse, emulator: museEmulator },
  { name: 'muse-athena', driver: museAthena, emulator: athenaEmulator },
  { name: 'npg-lite', driver: npgLite, emulator: npgEmulator },
  { name: 'ganglion 3', driver: openbciGanglion, emulator: ganglionEmulator },
  {
    name: 'ganglion 2',
    driver: openbciGanglion,
    emulator: ganglionEmulator,
    options: { firmware: 2 },
  },
] as unknown as readonly Subject[]

/** What the board itself says from now on is collected. */
function collected(air: MemoryAir): { readonly on: string; readonly bytes: Uint8Array }[] {
  const seen: { on: string; bytes: Uint8Array }[] = []
  const notify = air.notify.bind(air)
  air.notify = (on, bytes) => {
    if (seen.length < 500) seen.push({ on, bytes: bytes.slice() })
    return notify(on, bytes)
  }
  return seen
}

function strange(real: Uint8Array, random: () => number): Uint8Array {
  const below = (n: number) => Math.floor(random() * n)
  const kind = below(5)
  if (kind === 0) return Uint8Array.from({ length: below(largest + 1) }, () => below(256))
  if (kind === 1) return real.slice(0, below(real.length + 1))
  if (kind === 2) return Uint8Array.from([...real, ...real.subarray(0, below(real.length))])
  const bytes = real.slice()
  for (let turned = 1 + below(4); turned > 0; turned--) bytes[below(bytes.length)]! ^= 1 << below(8)
  return bytes
}

describe.each(subjects)('$name', ({ driver, emulator, options }) => {
  test('takes whatever comes, keeps its promises, and reads on', {
    timeout: fuzzTimeout,
  }, async () => {
    const board = await openBoard(driver, emulator, options)
    const { session, clock, air, out } = board
    await during(clock, session.start())
    const real = collected(air)
    await clock.run(3)
    board.emulator.command('lose 1')
    const random = seededRandom(11)
    for (let i = 0; i < fuzzedPackets; i++) {
      const { on, bytes } = real[Math.floor(random() * real.length)]!
      air.notify(on, strange(bytes, random))
      if (i % 200 === 0) await clock.run(0.2)
    }
    board.emulator.command('lose 0')
    const kept = session.streams.map(({ id }) => out.stream(id).values.length)
    await clock.run(3)
    await during(clock, session.close())
    expect(out.violations).toEqual([])
    for (const [i, { id }] of session.streams.entries()) {
      const log = out.stream(id)
      expect(log.values.length + log.lost).toBe(log.next)
      expect(log.values.length, `${id} goes on`).toBeGreaterThan(kept[i]! + 5)
    }
  })
})
