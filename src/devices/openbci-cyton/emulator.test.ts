import { describe, expect, test } from 'vitest'
import { memoryBoard, missingPackets } from '../../../test/device-memory-board.ts'
import { packetBytes } from '../_cyton/packet.ts'

const streaming = (options: Record<string, unknown> = {}) => {
  const board = memoryBoard(options)
  board.clock.advance(0.04)
  board.port().say('b')
  board.clock.advance(0.004)
  return board
}

describe('the account of what was done to the packets', () => {
  test('is complete at any moment: made = sent + lost + corrupted', () => {
    const { emulator, clock, port } = streaming({ lose: 0.1, corrupt: 0.1, delay: 0.05 })
    clock.advance(20)
    clock.advance(0.2)
    port().say('s')
    clock.advance(1)
    const { packets, sent, lost, corrupted } = emulator.summary()
    expect(packets).toBeGreaterThan(5000)
    expect(sent + lost + corrupted).toBe(packets)
  })

  test('names the very packets that a slow host loses, and calls a torn one corrupted', () => {
    const { emulator, clock, port, events } = streaming()
    clock.advance(0.1)
    port().room = 10 * packetBytes + 12
    const before = emulator.summary()
    clock.advance(0.1)
    port().room = Number.POSITIVE_INFINITY
    clock.advance(0.1)
    const after = emulator.summary()
    const first = before.packets + 10
    expect(events.filter(({ kind }) => kind === 'corrupted')).toMatchObject([
      { packet: first, how: 'torn: the host does not read' },
    ])
    const lost = events.filter(({ kind }) => kind === 'lost').map(({ packet }) => packet)
    expect(lost).toEqual(Array.from({ length: lost.length }, (_, i) => first + 1 + i))
    expect(lost.length).toBe(after.lost)
    expect(after.sent + after.lost + after.corrupted).toBe(after.packets)
  })

  test('counts what waited in the dongle when the plug was pulled', () => {
    const { emulator, clock, port, events } = streaming({ delay: 1, delaySeconds: 0.5 })
    clock.advance(0.2)
    const old = port()
    const had = Buffer.concat(old.written).length / packetBytes
    emulator.command('unplug')
    const { packets, sent, lost } = emulator.summary()
    expect([sent, lost]).toEqual([had, packets - had])
    expect(missingPackets(events).size).toBe(lost)
    clock.advance(0.1)
    expect(old.closed).toBe(true)
  })

  test('counts what is made while unplugged, and while nobody has the port open', () => {
    const { emulator, clock, port, events } = streaming({ unplugAt: 1, unplugSeconds: 1 })
    clock.advance(1.5)
    expect(emulator.summary().sent).toBeLessThanOrEqual(251)
    port().isOpen = false
    clock.advance(0.5)
    port().isOpen = false
    clock.advance(1)
    expect(emulator.summary().sent).toBeLessThanOrEqual(251)
    port().isOpen = true
    clock.advance(1)
    const { packets, sent, lost } = emulator.summary()
    expect(sent + lost).toBe(packets)
    expect(packets - lost).toBeGreaterThan(480)
    const reasons = new Set(events.filter(({ kind }) => kind === 'lost').map(({ how }) => how))
    expect(reasons).toEqual(new Set(['unplugged', 'nobody has the port open']))
    expect(events.map(({ kind }) => kind).filter((kind) => /plug/.test(kind))).toEqual([
      'unplugged',
      'plugged',
    ])
  })
})

test('the same seed does the same damage', () => {
  const run = (seed: number) => {
    const { clock, events } = streaming({ lose: 0.05, corrupt: 0.05, seed })
    clock.advance(5)
    return events.map(({ kind, packet, how }) => `${kind} ${packet} ${how}`)
  }
  expect(run(3)).toEqual(run(3))
  expect(run(3)).not.toEqual(run(4))
})

test('spares the first packets after each start', () => {
  const { clock, port, events } = streaming({ lose: 1, sparePackets: 10 })
  clock.advance(0.2)
  port().say('s')
  clock.advance(0.1)
  port().say('b')
  clock.advance(0.2)
  const started = events.filter(({ kind }) => kind === 'started').map(({ packet }) => packet)
  const missing = missingPackets(events)
  for (const start of started) {
    for (let packet = start; packet < start + 10; packet++) expect(missing.has(packet)).toBe(false)
    expect(missing.has(start + 10)).toBe(true)
  }
  expect(started.length).toBe(2)
})

test('a pause of the link delays packets and loses none', () => {
  const { emulator, clock, events } = streaming({ delay: 0.02, delaySeconds: 0.2 })
  clock.advance(10)
  expect(events.some(({ kind }) => kind === 'delayed')).toBe(true)
  expect(emulator.summary()).toMatchObject({ lost: 0, corrupted: 0 })
})

test('the board’s clock never goes back, whatever the speed and however often it is started', () => {
  const { clock, port } = streaming({ speed: 20 })
  port().say('s')
  clock.advance(0.01)
  port().say('<')
  clock.advance(0.1)
  port().heard()
  const times: number[] = []
  for (let round = 0; round < 4; round++) {
    port().say('b')
    clock.advance(0.5)
    port().say('s')
    clock.advance(0.05)
    const bytes = port().heard()
    for (let at = 0; at < bytes.length; at += packetBytes) {
      times.push(new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 28))
    }
  }
  expect(times.length).toBeGreaterThan(9000)
  expect(times.every((time, i) => i === 0 || time > times[i - 1]!)).toBe(true)
})

test('commands are answered in words, and refused ones say what is allowed', () => {
  const { emulator } = memoryBoard({})
  expect(emulator.command('lose 0.5')).toBe('lose 0.5')
  expect(emulator.command('corrupt 2')).toMatch(/from 0 to 1/)
  expect(emulator.command('dance')).toMatch(/^commands:/)
  expect([emulator.command('unplug 3'), emulator.command('plug')]).toEqual(['unplugged', 'plugged'])
})
