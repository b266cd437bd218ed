import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GapReason } from '../../signal/index.ts'
import { PacketOrder } from './packet-order.ts'

interface Heard {
  readonly order: PacketOrder
  /** `packet N` by the number in its bytes, `lost N reason`. */
  readonly said: string[]
}

function heard(turn: number, packetsPerSecond: number, step = 1): Heard {
  const said: string[] = []
  const order = new PacketOrder(
    { turn, step, packetsPerSecond, maxBytes: 4 },
    {
      packet: (bytes) => said.push(`packet ${new DataView(bytes.slice().buffer).getUint32(0)}`),
      lost: (packets: number, exact: boolean, reason: GapReason) =>
        said.push(`lost ${packets} ${exact ? 'exact' : 'about'} ${reason}`),
    },
  )
  return { order, said }
}

function send({ order }: Heard, packet: number, time: number, turn: number, step = 1): void {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, packet)
  order.push((packet * step) % turn, bytes, time)
}

const packetsIn = (said: readonly string[]) =>
  said.filter((word) => word.startsWith('packet')).map((word) => Number(word.split(' ')[1]))

test('packets that change places are put back, and nothing is lost', () => {
  const it = heard(100, 100)
  for (const packet of [0, 1, 3, 2, 4, 7, 6, 5, 8]) send(it, packet, packet / 100, 100)
  expect(it.said).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((packet) => `packet ${packet}`))
})

test('a packet that comes twice is handed on once', () => {
  const it = heard(100, 100)
  for (const packet of [0, 1, 1, 2, 0, 3]) send(it, packet, packet / 100, 100)
  expect(packetsIn(it.said)).toEqual([0, 1, 2, 3])
  expect(it.order.stale).toBe(2)
})

test('a missing packet is waited for, but not for long', () => {
  const it = heard(100, 100)
  for (const packet of [0, 1, 3]) send(it, packet, packet / 100, 100)
  it.order.settle(0.2)
  expect(packetsIn(it.said)).toEqual([0, 1])
  it.order.settle(0.3)
  expect(it.said.slice(2)).toEqual(['lost 1 exact lost', 'packet 3'])
})

test('what is missing where a notification was refused is said to be corrupt', () => {
  const it = heard(100, 100)
  send(it, 0, 0, 100)
  it.order.refused()
  for (const packet of [2, 3, 4, 5, 6, 8, 9, 10, 11]) send(it, packet, packet / 100, 100)
  expect(it.said.filter((word) => word.startsWith('lost'))).toEqual([
    'lost 1 exact corrupt',
    'lost 1 exact lost',
  ])
})

describe('a counter that turns every second', () => {
  test('held up for 3 s and then sent in one burst, nothing is lost', () => {
    const it = heard(100, 100)
    for (let packet = 0; packet < 500; packet++) send(it, packet, packet / 100, 100)
    for (let packet = 500; packet < 800; packet++) send(it, packet, 8 + packet / 1e6, 100)
    for (let packet = 800; packet < 900; packet++) {
      send(it, packet, packet / 100 + 0.01, 100)
      it.order.settle(packet / 100 + 0.01)
    }
    expect(it.order.stale).toBe(0)
    expect(packetsIn(it.said)).toEqual(Array.from({ length: 900 }, (_, i) => i))
    expect(it.said.some((word) => word.startsWith('lost'))).toBe(false)
  })

  test.each([37, 100, 250, 1234])('%i lost in a row are counted by time and counter', (lost) => {
    const it = heard(100, 100)
    for (let packet = 0; packet < 500; packet++) send(it, packet, packet / 100, 100)
    for (let packet = 500 + lost; packet < 700 + lost; packet++) {
      send(it, packet, packet / 100, 100)
      it.order.settle(packet / 100)
    }
    expect(it.said[500]).toBe(`lost ${lost} exact lost`)
    expect(packetsIn(it.said).length).toBe(700)
  })

  test('after a silence in which it may have turned too often, the count is an estimate', () => {
    const it = heard(100, 100)
    for (let packet = 0; packet < 100; packet++) send(it, packet, packet / 100, 100)
    for (let packet = 20_000; packet < 20_100; packet++) {
      send(it, packet, packet / 100, 100)
      it.order.settle(packet / 100)
    }
    expect(it.said[100]).toMatch(/^lost \d+ about lost$/)
    expect(Number(it.said[100]!.split(' ')[1])).toBeCloseTo(19_900, -2)
  })
})

test('a board that begins to count anew is followed, and what is missing is told by time', () => {
  const it = heard(65536, 20)
  for (let packet = 1000; packet < 1100; packet++) send(it, packet, packet / 20, 65536)
  it.order.cut()
  for (let packet = 0; packet < 50; packet++) {
    send(it, packet, 60 + packet / 20, 65536)
    it.order.settle(60 + packet / 20)
  }
  expect(it.said[100]).toMatch(/^lost (99|100|101) about disconnected$/)
  expect(packetsIn(it.said).length).toBe(150)
})

test('a board that counted on while the link was down is believed', () => {
  const it = heard(65536, 20)
  for (let packet = 0; packet < 100; packet++) send(it, packet, packet / 20, 65536)
  it.order.cut()
  for (let packet = 177; packet < 200; packet++) {
    send(it, packet, packet / 20, 65536)
    it.order.settle(packet / 20)
  }
  expect(it.said[100]).toBe('lost 77 exact disconnected')
})

test('a counter that jumps without reason costs one packet; one that goes on so is followed', () => {
  const it = heard(65536, 20)
  for (let packet = 0; packet < 100; packet++) {
    send(it, packet === 50 ? 40_000 : packet, packet / 20, 65536)
  }
  for (let packet = 30_000; packet < 30_050; packet++) {
    send(it, packet, 5 + (packet - 30_000) / 20, 65536)
    it.order.settle(5 + (packet - 30_000) / 20)
  }
  expect(packetsIn(it.said).slice(50, 52)).toEqual([51, 52])
  expect(packetsIn(it.said).at(-1)).toBe(30_049)
})

test('whatever comes, packets stay in order, counts add up and nothing grows', () => {
  const shapes = fc.constantFrom([100, 1], [101, 1], [256, 10], [256, 1], [65536, 1])
  const arrival = fc.tuple(fc.nat(70_000), fc.double({ min: 0, max: 3, noNaN: true }), fc.nat(30))
  fc.assert(
    fc.property(shapes, fc.array(arrival, { maxLength: 300 }), ([turn, step], arrivals) => {
      let received = 0
      let lost = 0
      let now = 0
      const order = new PacketOrder(
        { turn: turn!, step: step!, packetsPerSecond: 50, maxBytes: 1 },
        {
          packet: () => received++,
          lost: (packets) => {
            expect(Number.isInteger(packets) && packets > 0).toBe(true)
            lost += packets
          },
        },
      )
      for (const [counter, pause, what] of arrivals) {
        now += pause
        if (what === 0) order.cut()
        else if (what === 1) order.restarted()
        else if (what === 2) order.paused()
        else if (what === 3) order.refused()
        else order.push(counter % turn!, new Uint8Array(1), now)
        order.settle(now)
      }
      order.paused()
      expect(received).toBeLessThanOrEqual(arrivals.length)
      // Nothing is said to be lost that there was no time for, but for what a turn may hide.
      expect(lost).toBeLessThanOrEqual(now * 50 * 1.1 + turn! * arrivals.length)
    }),
    { numRuns: 300, seed: 7 },
  )
})
