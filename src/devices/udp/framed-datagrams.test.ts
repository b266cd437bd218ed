import { join } from 'node:path'
import { expect, test } from 'vitest'
import { during, ManualClock } from '../../../test/device-clock.ts'
import { DeviceLog } from '../../../test/device-log.ts'
import { MemoryNetwork } from '../../../test/device-memory-network.ts'
import { transportsWith } from '../../../test/device-transports.ts'
import { fuzzedPackets, fuzzTimeout } from '../../../test/fuzz/packets.ts'
import { scratchFolder } from '../../../test/scratch-folder.ts'
import { parseOptions } from '../../signal/index.ts'
import { generatedSource } from '../_cyton/board-source.ts'
import { seededRandom } from '../_emulator/faults.ts'
import { CytonBoard } from '../openbci-cyton/board.ts'
import { udp } from './index.ts'

const boards = join(import.meta.dirname, '..', '..', '..', 'examples', 'boards')
const int16 = join(boards, 'udp-int16.jsonc')

async function streaming(description: string, given: Record<string, unknown> = {}) {
  const clock = new ManualClock()
  const network = new MemoryNetwork(clock)
  const out = new DeviceLog(() => undefined)
  const transports = transportsWith({ network })
  const options = parseOptions('udp', udp.options, { description, ...given })
  const session = await during(clock, udp.open('9000', options, { out, clock, transports }))
  await session.start()
  return { clock, network, out, session, log: out.stream('udp/values') }
}

/** A frame of counter and four channels, as the example has it. */
function frame(counter: number, ...values: number[]): Buffer {
  const bytes = Buffer.alloc(10)
  bytes.writeUInt16LE(counter & 0xffff)
  for (const [c, value] of values.entries()) bytes.writeInt16LE(value, 2 + 2 * c)
  return bytes
}

test('several frames in a datagram, in the unit and with the names of the description', async () => {
  const { network, log, session, out } = await streaming(int16)
  expect(session.streams[0]).toMatchObject({ nominalRateHz: 500, type: 'EMG' })
  expect(session.streams[0]!.channels.map(({ label, unit }) => `${label} ${unit}`)).toEqual([
    ...['left biceps uV', 'right biceps uV', 'left triceps uV', 'right triceps uV'],
  ])
  network.datagram(9000, Buffer.concat([frame(65_534, 1, -2, 3, -4), frame(65_535, 5, 6, 7, 8)]))
  network.datagram(9000, frame(0, 32_767, -32_768, 0, 1))
  expect(log.values).toEqual([
    [0.5, -1, 1.5, -2],
    [2.5, 3, 3.5, 4],
    [16_383.5, -16_384, 0, 0.5],
  ])
  expect([log.gaps, out.violations]).toEqual([[], []])
})

test('a counter that turns counts losses, whole turns by time; what is late is left out', async () => {
  const { clock, network, log, session, out } = await streaming(int16)
  network.datagram(9000, frame(65_530, 1, 1, 1, 1))
  network.datagram(9000, frame(3, 2, 2, 2, 2))
  network.datagram(9000, frame(2, 9, 9, 9, 9))
  expect(log.gaps).toMatchObject([{ atSample: 1, lostSamples: 8 }])
  // 140 s at 500 Hz are 70000 samples, more than a turn of 65536.
  await clock.run(140)
  network.datagram(9000, frame(3 + 70_000, 3, 3, 3, 3))
  expect(log.gaps[1]).toMatchObject({ lostSamples: 69_999 })
  expect(log.values).toHaveLength(3)
  await session.stop()
  expect(out.facts).toContainEqual({ name: 'late', value: 1, unit: 'messages' })
})

test('the packets of a Cyton sent as datagrams are read by the Cyton’s description', async () => {
  const { network, log } = await streaming(join(boards, 'openbci-cyton.jsonc'))
  const board = new CytonBoard(generatedSource(1), () => {})
  const packet = new Uint8Array(33)
  for (let n = 0; n < 600; n++) {
    board.packet(packet, n * 4)
    network.datagram(9000, packet)
  }
  expect(log.values).toHaveLength(600)
  expect(log.values.map((row) => row.length)).toEqual(Array(600).fill(8))
  expect(log.gaps).toEqual([])
  const int24 = (at: number) =>
    ((packet[at]! << 24) | (packet[at + 1]! << 16) | (packet[at + 2]! << 8)) >> 8
  const last = Array.from({ length: 8 }, (_, c) => int24(2 + 3 * c) * 0.022351744455307063)
  expect(log.values.at(-1)).toEqual(last)
})

test('datagrams of damage throw nothing, and what is sound between them is all there', {
  timeout: fuzzTimeout,
}, async () => {
  const { network, log, out, session } = await streaming(int16)
  const random = seededRandom(3)
  for (let n = 0; n < fuzzedPackets; n++) {
    const bytes = Buffer.from(
      Array.from({ length: Math.floor(random() * 9) + 1 }, () => random() * 256),
    )
    network.datagram(9000, bytes)
    if (n % 100 === 0) network.datagram(9000, frame(n / 100, 1, 2, 3, 4))
  }
  expect(log.values).toHaveLength(Math.ceil(fuzzedPackets / 100))
  expect(log.gaps).toEqual([])
  expect(out.violations).toEqual([])
  await session.stop()
  expect(out.facts).toContainEqual({ name: 'refused', value: fuzzedPackets, unit: 'messages' })
})

test('lines need no description, and one that is wrong says where', async () => {
  await expect(streaming(join(boards, 'arduino-lines.jsonc'))).rejects.toMatchObject({
    code: 'bad-option',
  })
  const wrong = scratchFolder().write(
    'wrong.jsonc',
    Buffer.from(
      '{"name": "x", "rateHz": 1, "format": {"kind": "binary", "sync": "abc", "fields": []}}',
    ),
  )
  await expect(streaming(wrong)).rejects.toMatchObject({ message: expect.stringMatching(/format/) })
})
