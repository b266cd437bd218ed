/**
 * Packets as their makers' documents and programs have them, through the parsers of the drivers: from
 * the bytes to the frames of a stream. Those of the Cyton, the WiFi shield, the BITalino and the
 * Chords are beside their drivers.
 */
import { describe, expect, test } from 'vitest'
import { MuseParser } from '../../src/devices/muse/parser.ts'
import { museStreams } from '../../src/devices/muse/streams.ts'
import { EmulatedThinkgear } from '../../src/devices/neurosky-thinkgear/emulator.ts'
import { neuroskyThinkgear } from '../../src/devices/neurosky-thinkgear/index.ts'
import { GanglionParser } from '../../src/devices/openbci-ganglion/parser.ts'
import { ganglionStreams } from '../../src/devices/openbci-ganglion/streams.ts'
import { during } from '../device-clock.ts'
import { DeviceLog } from '../device-log.ts'
import { memorySerial, openOver } from '../device-memory-serial.ts'

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

function ganglion(firmware: 2 | 3, ...packets: string[]) {
  const out = new DeviceLog(() => 4)
  const told: [number, number][] = []
  const parser = new GanglionParser(
    out,
    ganglionStreams({ source: 'openbci-ganglion' }, ['1', '2', '3', '4']),
    firmware,
    { impedance: (input, kohm) => void told.push([input, kohm]), text: () => {} },
  )
  for (const [i, packet] of packets.entries()) parser.notified(bytesOf(packet), 1 + i / 100)
  parser.paused()
  expect([parser.refused, out.violations]).toEqual([0, []])
  return { values: out.stream('openbci-ganglion/eeg').values, told }
}

describe('Ganglion', () => {
  test('firmware 3, 18 bits: two absolute samples', () => {
    const packet = '07 01 86 bf 9e 54 c4 b2 ce d3 00 00 3f ff f7 ff fa 00 01 3e'
    expect(ganglion(3, packet).values).toEqual([
      [99968, -100096, 4999936, -5000064],
      [0, -128, 8388480, -8388608],
    ])
  })

  test('firmware 3, 19 bits', () => {
    const packet = '6b 01 86 9f cf 2d 31 2d 59 da 70 00 05 ff ff df ff f4 00 01'
    expect(ganglion(3, packet).values).toEqual([
      [99968, -100032, 5000000, -5000000],
      [64, -64, 8388544, -8388608],
    ])
  })

  test('firmware 2: the whole sample, and an impedance in the kiloohms that the firmware tells', () => {
    const seed = `00 01 86 a0 fe 79 60 4c 4b 40 b3 b4 c0 ${'00 '.repeat(7)}`
    expect(ganglion(2, seed).values).toEqual([[100000, -100000, 5000000, -5000000]])
    const { told } = ganglion(2, 'c9 34 32 5a 0a')
    expect(told).toEqual([[0, 42]])
  })
})

test('Muse: twelve samples of each electrode under the sequence 1234', () => {
  const out = new DeviceLog(() => undefined)
  const infos = museStreams({ source: 'muse' })
  const parser = new MuseParser(out, infos, { aux: false, ppg: false })
  const packet = bytesOf('04 d2 80 08 01 7f f0 00 ff f4 00 c0 08 00 80 08 02 7f e8 00')
  for (let part = 0; part < 4; part++) parser.part('eeg', part, packet, 1)
  parser.paused()
  const { values, sequence } = out.stream(infos.eeg.id)
  const microvolts = values.map((frame) =>
    frame.map((raw, c) => raw * infos.eeg.channels[c]!.scale + infos.eeg.channels[c]!.offset),
  )
  const printed = [
    0, 0.48828125, -0.48828125, -1000, 999.51171875, -500, 500, 0, 0, 0.9765625, -0.9765625, 0,
  ]
  expect(microvolts).toEqual(printed.map((value) => Array(4).fill(value)))
  expect(sequence[0]).toBe(1234)
})

test('ThinkGear: a raw value of −512', async () => {
  const printed = bytesOf('aa aa 04 80 02 fe 00 7f')
  const options = {
    ...{ speed: 1, unplugSeconds: 1, lose: 0, corrupt: 0, delay: 0, delaySeconds: 0.2 },
    ...{ seed: 1, sparePackets: 0 },
  }
  const memory = memorySerial(options, () => {
    const board = new EmulatedThinkgear(options)
    board.packet = (into) => {
      into.set(printed)
      return printed.length
    }
    return board
  })
  const { session, out } = await openOver(neuroskyThinkgear, memory)
  await during(memory.clock, session.start())
  await memory.clock.run(0.5)
  await during(memory.clock, session.close())
  const { values } = out.stream(session.streams[0]!.id)
  expect(values.length).toBeGreaterThan(100)
  expect(values).toEqual(values.map(() => [-512]))
})
