import { describe, expect, test } from 'vitest'
import {
  bytesOf,
  feed,
  listeningParser,
  packetOf,
  packets,
  parse,
} from '../../../test/device-cyton-bytes.ts'
import { fuzzedPackets, fuzzTimeout } from '../../../test/fuzz/packets.ts'
import { packetBytes } from '../_cyton/packet.ts'
import { seededRandom } from '../_emulator/faults.ts'
import { damageKinds } from './damage.ts'

const readSizes = [[1], [7], [33], [64], [0], [33, 1, 100, 32]]

/** Packets with damage of every kind and losses among them, the same for the same seed. */
function damagedBytes(seed: number, count: number, clock: boolean, share: number): Uint8Array {
  const random = seededRandom(seed)
  const kinds = Object.values(damageKinds)
  const sent = packets(0, count, clock).flatMap((packet, i) => {
    const chance = i < 10 || i > count - 10 ? 1 : random()
    if (chance < share / 2) return []
    if (chance > share) return [packet]
    return [kinds[Math.floor(random() * kinds.length)]!(packet, random)]
  })
  return bytesOf(sent)
}

describe.each([true, false])('with the board clock %s', (clock) => {
  test('any reading of the bytes gives the same samples and the same gaps', () => {
    for (const seed of [1, 2, 3]) {
      const bytes = damagedBytes(seed, 3000, clock, 0.2)
      const whole = parse(bytes)
      expect(whole.packets.length).toBeGreaterThan(2300)
      for (const pieces of readSizes) {
        const other = parse(bytes, pieces)
        expect(other.indices).toEqual(whole.indices)
        expect(other.gaps).toEqual(whole.gaps)
        expect(bytesOf(other.packets)).toEqual(bytesOf(whole.packets))
      }
    }
  })

  test('the counter may begin anywhere, and turns over without a gap', () => {
    for (const first of [0, 1, 200, 255]) {
      const { indices, gaps } = parse(bytesOf(packets(first, first + 600, clock)))
      expect(gaps).toEqual([])
      expect(indices.at(-1)).toBeGreaterThanOrEqual(598)
    }
  })

  test('n packets lost are n samples in a gap, exactly, for every n up to 255', () => {
    for (let n = 1; n <= 255; n++) {
      const sent = bytesOf(packets(0, 20, clock), packets(20 + n, 40 + n, clock))
      const { gaps, packets: got } = parse(sent)
      expect(gaps, `n = ${n}`).toEqual([{ at: 20, lost: n, exact: true, reason: 'lost' }])
      expect(got.length).toBeGreaterThanOrEqual(39)
    }
  })

  test('every packet after a damaged one is delivered, two packets later at the latest', () => {
    const random = seededRandom(5)
    for (const [name, damage] of Object.entries(damageKinds)) {
      for (let round = 0; round < 200; round++) {
        const { parser, parsed } = listeningParser()
        const broken = damage(packetOf(20, clock ? { boardMs: 5080 } : {}), random)
        feed(parser, bytesOf(packets(0, 20, clock), broken, packets(21, 24, clock)), [0])
        const gap = { at: 20, lost: 1, exact: true, reason: 'corrupt' }
        expect(parsed.gaps, `${name}, round ${round}`).toEqual([gap])
        expect(parsed.packets.slice(0, 22)).toEqual([
          ...packets(0, 20, clock),
          ...packets(21, 23, clock),
        ])
      }
    }
  })

  test('bytes before the first packet, text or noise, are passed over', () => {
    const noise = Uint8Array.from({ length: 200 }, (_, i) => (i * 37) & 255)
    const { gaps, packets: got } = parse(
      bytesOf(new TextEncoder().encode('Time stamp ON$$$'), noise, packets(7, 40, clock)),
    )
    expect(gaps).toEqual([])
    expect(got[0]).toEqual(packets(7, 8, clock)[0])
  })

  test('a stretch of noise is one gap, counted by what stands behind it', () => {
    const random = seededRandom(9)
    const noise = Uint8Array.from({ length: 50 * packetBytes }, () => Math.floor(random() * 256))
    const { gaps } = parse(bytesOf(packets(0, 30, clock), noise, packets(80, 120, clock)))
    expect(gaps).toEqual([{ at: 30, lost: 50, exact: true, reason: 'corrupt' }])
  })
})

describe('the board clock', () => {
  test('a packet that counter and clock confirm is delivered with its last byte', () => {
    const { parser, parsed } = listeningParser()
    feed(parser, bytesOf(packets(0, 3, true)), [0])
    expect(parsed.packets.length).toBe(3)
    const next = packetOf(3, { boardMs: 5012 })
    parser.push(next.subarray(0, 32), 1)
    expect(parsed.packets.length).toBe(3)
    parser.push(next.subarray(32), 2)
    expect(parsed.packets.length).toBe(4)
    expect(parsed.hostTimes[3]).toBe(2)
  })

  test('losses of more than a turn of the counter are counted by the clock', () => {
    for (const n of [256, 257, 500, 512, 1000, 2560, 7500]) {
      const { gaps } = parse(bytesOf(packets(0, 20, true), packets(20 + n, 40 + n, true)))
      expect(gaps).toEqual([{ at: 20, lost: n, exact: true, reason: 'lost' }])
    }
  })

  test('milliseconds may be off by two without costing a sample', () => {
    const random = seededRandom(3)
    const jittery = Array.from({ length: 2000 }, (_, i) =>
      packetOf(i, { boardMs: 5000 + i * 4 + Math.floor(random() * 3) - 1 }),
    )
    const { gaps, packets: got } = parse(bytesOf(jittery))
    expect(gaps).toEqual([])
    expect(got.length).toBe(2000)
  })

  test('an oscillator that is off by 0.5 % costs no sample, and losses stay exact', () => {
    const at = (i: number) => packetOf(i, { boardMs: Math.round(5000 + i * 4 * 1.005) })
    const range = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => at(from + i))
    const { gaps } = parse(bytesOf(range(0, 1000), range(1700, 2000)))
    expect(gaps).toEqual([{ at: 1000, lost: 700, exact: true, reason: 'lost' }])
  })

  test('a loss of minutes is counted, but not called exact: the oscillator may drift a turn', () => {
    const n = 60 * 250 * 5
    const { gaps } = parse(bytesOf(packets(0, 20, true), packets(20 + n, 40 + n, true)))
    expect(gaps).toEqual([{ at: 20, lost: n, exact: false, reason: 'lost' }])
  })

  test('a series may begin with C3, and be set anew in its midst', () => {
    const sent = packets(0, 40, true)
    sent[0]![32] = 0xc3
    sent[20]![32] = 0xc3
    const { gaps, packets: got } = parse(bytesOf(sent))
    expect([gaps, got.length]).toEqual([[], 40])
  })

  test('a pause is not a loss, although the clock runs on', () => {
    const { parser, parsed } = listeningParser()
    feed(parser, bytesOf(packets(0, 20, true)), [0])
    parser.paused()
    const later = packets(20, 40, true)
    later.forEach((packet, i) => {
      new DataView(packet.buffer).setUint32(28, 60_000 + i * 4)
    })
    feed(parser, bytesOf(later), [0])
    expect(parsed.gaps).toEqual([])
    expect(parsed.packets.length).toBe(40)
  })

  test('a board that was switched off and on is taken up again within four packets', () => {
    const { parser, parsed } = listeningParser()
    feed(parser, bytesOf(packets(0, 100, true)), [0])
    parser.quiet(4)
    parser.restarted()
    const fresh = Array.from({ length: 10 }, (_, i) => packetOf(i, { boardMs: 700 + i * 4 }))
    feed(parser, bytesOf(fresh), [0])
    expect(parsed.gaps).toEqual([{ at: 100, lost: 1000, exact: false, reason: 'disconnected' }])
    expect(parsed.packets.length).toBe(110)
  })

  test('a board that was told to restart but went on by itself is still counted exactly', () => {
    const { parser, parsed } = listeningParser()
    feed(parser, bytesOf(packets(0, 100, true)), [0])
    parser.quiet(3.2)
    parser.restarted()
    feed(parser, bytesOf(packets(1000, 1010, true)), [0])
    expect(parsed.gaps).toEqual([{ at: 100, lost: 900, exact: true, reason: 'disconnected' }])
  })
})

describe('without the board clock', () => {
  test('a silence that was watched tells of whole turns of the counter', () => {
    for (const [lost, quietSeconds] of [
      [500, 2.05],
      [1300, 5.1],
    ] as const) {
      const { parser, parsed } = listeningParser()
      feed(parser, bytesOf(packets(0, 100)), [0])
      parser.cut()
      parser.quiet(quietSeconds)
      feed(parser, bytesOf(packets(100 + lost, 120 + lost)), [0])
      expect(parsed.gaps).toEqual([{ at: 100, lost, exact: true, reason: 'disconnected' }])
    }
  })

  test('the time of arrival is that of a packet’s own last byte, however late it is believed', () => {
    const { parser, parsed } = listeningParser()
    packets(0, 30).forEach((packet, i) => {
      parser.push(packet, i)
    })
    expect(parsed.hostTimes).toEqual(Array.from({ length: 29 }, (_, i) => i))
  })

  test('the packet that waits for a witness leaves when the link is cut', () => {
    const { parser, parsed } = listeningParser()
    feed(parser, bytesOf(packets(0, 30)), [0])
    expect(parsed.packets.length).toBe(29)
    parser.cut()
    expect(parsed.packets.length).toBe(30)
  })

  test('what was left of a packet when the link was cut is not joined to what follows', () => {
    const { parser, parsed } = listeningParser()
    feed(parser, bytesOf(packets(0, 30), packetOf(30).subarray(0, 20)), [0])
    parser.cut()
    feed(parser, bytesOf(packetOf(33).subarray(15), packets(34, 50)), [0])
    expect(parsed.gaps).toEqual([{ at: 30, lost: 4, exact: true, reason: 'disconnected' }])
  })
})

test('all stop bytes from C0 to C6 are accepted', () => {
  for (let stop = 0xc0; stop <= 0xc6; stop++) {
    const sent = Array.from({ length: 20 }, (_, i) =>
      packetOf(i, { stop, ...(stop >= 0xc3 ? { boardMs: 4 * i + 900 } : {}) }),
    )
    const { gaps, packets: got } = parse(bytesOf(sent))
    expect([gaps, got.length >= 19]).toEqual([[], true])
  }
})

test('A0 inside the data is not taken for a header', () => {
  const counts = [0xa0a0a0, 0xa0c0c4, -0x5f5f60, 0xa0, 0xc0a000, 1, 2, 0xc4a0c4].map(
    (count) => (count << 8) >> 8,
  )
  const sent = Array.from({ length: 400 }, (_, i) => packetOf(i, { counts }))
  const torn = bytesOf(sent.slice(0, 100), sent[100]!.subarray(0, 9), sent.slice(101))
  const { gaps, packets: got } = parse(torn)
  expect(gaps).toEqual([{ at: 100, lost: 1, exact: true, reason: 'corrupt' }])
  expect(got.length).toBe(398)
})

describe('fuzzed packets', { timeout: fuzzTimeout }, () => {
  test.each([1, 2, 3])('nothing is thrown, kept or counted twice, seed %i', (seed) => {
    const random = seededRandom(seed)
    const { parser, parsed } = listeningParser()
    const kinds = Object.values(damageKinds)
    let pushed = 0
    for (let i = 0; i < fuzzedPackets; i++) {
      const chance = random()
      const packet = packetOf(Math.floor(i + (chance < 0.02 ? random() * 500 : 0)), {
        ...(i & 4096 ? { boardMs: Math.floor(random() < 0.02 ? random() * 2 ** 32 : i * 4) } : {}),
        stop: 0xbf + Math.floor(random() * (chance < 0.05 ? 9 : 1)) + (i & 4096 ? 5 : 1),
      })
      const bytes = chance < 0.4 ? kinds[i % kinds.length]!(packet, random) : packet
      pushed += bytes.length
      parser.push(bytes, i)
      if (chance > 0.999) parser.cut()
      if (chance > 0.998) parser.quiet(random())
      if (chance < 0.0005) parser.restarted()
    }
    const lost = parsed.gaps.reduce((sum, gap) => sum + gap.lost, 0)
    expect(parsed.gaps.every((gap) => gap.lost > 0)).toBe(true)
    expect(parsed.indices.every((index, i) => i === 0 || index > parsed.indices[i - 1]!)).toBe(true)
    expect(parsed.indices.at(-1)! + 1).toBe(parsed.packets.length + lost)
    const used = parsed.packets.length * packetBytes + parser.refusedBytes
    expect(used).toBeLessThanOrEqual(pushed)
    // What a cut leaves behind is dropped uncounted; nothing else may stay.
    expect(used).toBeGreaterThan(pushed * 0.98)
    expect(parsed.packets.length).toBeGreaterThan(fuzzedPackets / 10)
  })
})
