import { expect, test } from 'vitest'
import { during } from '../../../test/device-clock.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { memorySerial, openOver } from '../../../test/device-memory-serial.ts'
import { realClock, until } from '../../../test/device-real-clock.ts'
import { transportsWith } from '../../../test/device-transports.ts'
import { fuzzedPackets, fuzzTimeout } from '../../../test/fuzz/packets.ts'
import { parseOptions } from '../../signal/index.ts'
import { seededRandom } from '../_emulator/faults.ts'
import type { PtyOptions } from '../_emulator/pty-board.ts'
import { serialTransport } from '../_serial/serial-transport.ts'
import { EmulatedTriggerBox, triggerEmulator } from './emulator.ts'
import { triggerSerial } from './index.ts'
import { TriggerReader } from './triggers.ts'

const sound: PtyOptions = {
  speed: 1,
  unplugSeconds: 1,
  lose: 0,
  corrupt: 0,
  delay: 0,
  delaySeconds: 0.2,
  seed: 1,
  sparePackets: 0,
}
const box = { rateHz: 10, values: [1, 0, 255], echo: false }

function boxed() {
  return memorySerial(sound, (reply) => new EmulatedTriggerBox(box, reply))
}

test('each byte is a marker with its value at the time of its arrival; the reset is none', async () => {
  const memory = boxed()
  const { session, out } = await openOver(triggerSerial, memory, { label: 'stimulus ' })
  await memory.clock.run(1)
  expect(out.markers).toEqual([])
  await during(memory.clock, session.start())
  await memory.clock.run(3)
  await during(memory.clock, session.close())
  const known = out.markers.map(({ label, value }) => `${label}=${value}`)
  expect(new Set(known)).toEqual(new Set(['stimulus 1=1', 'stimulus 255=255']))
  expect(out.markers.length).toBeGreaterThan(18)
  const steps = out.markers.slice(1).map(({ time }, i) => time - out.markers[i]!.time)
  for (const step of steps) expect(step).toBeGreaterThan(0.08)
  expect(out.markers[0]).toMatchObject({ durationSeconds: 0, source: 'trigger-serial' })
})

test('unplugged and plugged in again 100 times it goes on, and its silence is no alarm', async () => {
  const memory = boxed()
  const { session, out } = await openOver(triggerSerial, memory)
  await during(memory.clock, session.start())
  for (let round = 0; round < 100; round++) {
    memory.emulator.command('unplug 0.2')
    const before = out.markers.length
    const since = memory.clock.now()
    while (out.markers.length === before) await memory.clock.run(0.05)
    expect(memory.clock.now() - since).toBeLessThan(3)
    await memory.clock.run(0.2)
  }
  await during(memory.clock, session.close())
  expect(out.states.filter((state) => state === 'reconnecting')).toHaveLength(100)
  expect(out.states).not.toContain('stalled')
  expect(out.states.at(-1)).toBe('closed')
})

test('over a real terminal: what is written comes back as a marker', async () => {
  const emulated = parseOptions('emulator', triggerEmulator.options, { echo: true })
  const emulator = await triggerEmulator.start(emulated, { clock: realClock, event: () => {} })
  const out = new DeviceLog(() => undefined)
  const serial = serialTransport(realClock, [])
  const transports = transportsWith({ serial })
  const options = parseOptions('trigger-serial', triggerSerial.options, {})
  const context = { out, clock: realClock, transports }
  const session = await triggerSerial.open(emulator.address, options, context)
  await session.start()
  expect(emulator.command('send 42')).toBe('sent 42')
  await until(() => out.markers.length > 0, 'the trigger')
  expect(out.markers[0]).toMatchObject({ label: '42', value: 42 })
  await session.close()
  await emulator.close()
})

test('each byte of noise is a marker, once, but for the reset', { timeout: fuzzTimeout }, () => {
  const out = new DeviceLog(() => undefined)
  const reader = new TriggerReader(out, parseOptions('trigger-serial', triggerSerial.options, {}))
  const random = seededRandom(7)
  const sent: number[] = []
  for (let n = 0; n < fuzzedPackets; n++) {
    const bytes = Uint8Array.from({ length: 1 + (n % 3) }, () => Math.floor(random() * 256))
    sent.push(...bytes)
    reader.bytes(bytes, n)
    if (n % 100 === 0) reader.cut()
  }
  expect(out.markers.map(({ value }) => value)).toEqual(sent.filter((value) => value !== 0))
})
