/** The packet as it is printed, by the functions and through a session. */
import { expect, test } from 'vitest'
import { during } from '../../../test/device-clock.ts'
import { memorySerial, openOver } from '../../../test/device-memory-serial.ts'
import { EmulatedChords } from './emulator.ts'
import { chords } from './index.ts'
import { encodePacket, isPacket, packetBytes } from './packet.ts'

const printed = Uint8Array.from(Buffer.from('c77c0302000201000003ff006400c801', 'hex'))
const values = [512, 513, 0, 1023, 100, 200]

test('six channels, as printed', () => {
  expect(packetBytes(6)).toBe(printed.length)
  expect(isPacket(printed, 0, 6)).toBe(true)
  const into = new Uint8Array(printed.length)
  expect(encodePacket(3, values, into)).toBe(printed.length)
  expect(into).toEqual(printed)
})

test('the printed packet comes out of a session as its counts', async () => {
  const options = {
    ...{ speed: 1, unplugSeconds: 1, lose: 0, corrupt: 0, delay: 0, delaySeconds: 0.2 },
    ...{ seed: 1, sparePackets: 0, board: 'UNO-R3' as const },
  }
  const memory = memorySerial(options, (reply) => {
    const board = new EmulatedChords(options, reply)
    let counter = 3
    board.packet = (into) => {
      into.set(printed)
      into[2] = counter++ & 255
      return printed.length
    }
    return board
  })
  const { session, out } = await openOver(chords, memory)
  await during(memory.clock, session.start())
  await memory.clock.run(0.5)
  await during(memory.clock, session.close())
  const log = out.stream(session.streams[0]!.id)
  expect(log.sequence[0]).toBe(3)
  expect(log.values.length).toBeGreaterThan(50)
  expect(log.values).toEqual(log.values.map(() => values))
})
