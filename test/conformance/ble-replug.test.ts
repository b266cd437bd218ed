/** Every Bluetooth board, out of range and back 100 times within one session. */
import { expect, test } from 'vitest'
import type { DeviceEmulator } from '../../src/devices/_emulator/emulator.ts'
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

const times = 100
const boards = [
  [muse, museEmulator],
  [museAthena, athenaEmulator],
  [npgLite, npgEmulator],
  [openbciGanglion, ganglionEmulator],
] as unknown as readonly (readonly [DeviceDriver, DeviceEmulator])[]

test.each(boards.map(([driver, emulator]) => [driver.id, driver, emulator] as const))(
  '%s is resumed within 3 s each time, every gap as long as the time away',
  async (_, driver, emulator) => {
    const board = await openBoard(driver, emulator)
    const { session, clock, out } = board
    const streams = session.streams.filter(({ nominalRateHz }) => nominalRateHz > 0)
    const first = out.stream(streams[0]!.id)
    await during(clock, session.start())
    await clock.run(1)
    for (let n = 0; n < times; n++) {
      const kept = first.values.length
      board.emulator.command('unplug 0.3')
      const back = clock.now() + 0.3
      while (first.values.length <= kept) await clock.run(0.05)
      expect(clock.now() - back).toBeLessThan(3)
      await clock.run(0.4 + (n % 7) * 0.05)
    }
    await during(clock, session.close())
    expect(out.violations).toEqual([])
    expect(out.states.filter((state) => state === 'reconnecting').length).toBe(times)
    for (const { id, nominalRateHz } of streams) {
      const log = out.stream(id)
      expect(log.gaps.length, id).toBe(times)
      expect(log.gaps.every(({ reason }) => reason === 'disconnected')).toBe(true)
      expect(log.values.length + log.lost).toBe(log.next)
      for (const [g, { atSample, lostSamples }] of log.gaps.entries()) {
        const at = log.indices.indexOf(atSample + lostSamples)
        const away = log.hostTimes[at]! - log.hostTimes[at - 1]!
        expect(Math.abs(lostSamples / nominalRateHz - away), `${id}, gap ${g}`).toBeLessThan(0.25)
      }
      // A gap is whole packets, but their errors do not add up: less than 10 ms each.
      const seconds = log.hostTimes.at(-1)! - log.hostTimes[0]!
      expect(Math.abs(log.next / nominalRateHz - seconds), id).toBeLessThan(times * 0.01)
    }
  },
)
