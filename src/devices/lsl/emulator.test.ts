import { afterEach, beforeAll, expect, test } from 'vitest'
import { DeviceLog } from '../../../test/device-log.ts'
import { realClock, until } from '../../../test/device-real-clock.ts'
import { transportsWith } from '../../../test/device-transports.ts'
import { enterLslSession } from '../../../test/oracles/lsl.ts'
import { lslTransport } from '../../lsl/index.ts'
import { parseOptions } from '../../signal/index.ts'
import type { EmulatorEvent, RunningEmulator } from '../_emulator/emulator.ts'
import { lslEmulator } from './emulator.ts'
import { lsl } from './index.ts'

let sender: RunningEmulator | undefined

beforeAll(() => enterLslSession())
afterEach(async () => {
  await sender?.close()
})

test('what a real outlet sends comes through, and after it was gone the same stream goes on', async () => {
  const events: EmulatorEvent[] = []
  const given = { channels: 2, sourceId: 'real', markers: true }
  sender = await lslEmulator.start(parseOptions('lsl', lslEmulator.options, given), {
    clock: realClock,
    event: (event) => events.push(event),
  })
  const out = new DeviceLog(() => 2)
  const transports = transportsWith({ lsl: lslTransport(realClock) })
  const context = { out, clock: realClock, transports }
  const found = await lsl.discover({ transports })
  expect(found.map(({ address }) => address).sort()).toEqual(['real', 'real-markers'])
  const session = await lsl.open('real', parseOptions('lsl', lsl.options, {}), context)
  const markers = await lsl.open('real-markers', parseOptions('lsl', lsl.options, {}), context)
  await session.start()
  await markers.start()
  const log = out.stream('lsl/real')
  await until(() => log.values.length > 250 && out.markers.length > 0, 'the first second', 20)
  sender.command('unplug 2')
  await until(() => out.states.includes('stalled'), 'the alarm', 20)
  await until(() => log.gaps.length > 0, 'the stream to go on', 20)
  await until(() => log.values.length > log.gaps[0]!.atSample + 250, 'another second', 20)
  await markers.close()
  await session.close()
  expect(log.gaps).toMatchObject([{ reason: 'disconnected', exact: false }])
  expectIndicesOf(log.indices, log.deviceTimes)
  expect(out.markers[0]).toMatchObject({ source: 'Emulated EEG markers' })
  expect(out.violations).toEqual([])
})

/** The sender counts on while it is gone, so the index of a sample follows from its stamp. */
function expectIndicesOf(indices: readonly number[], stamps: readonly number[]): void {
  const off = stamps.map((stamp, i) => (stamp - stamps[0]!) * 250 - (indices[i]! - indices[0]!))
  expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.01)
}
