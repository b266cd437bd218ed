import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dataFile } from '../../../test/data-folder.ts'
import {
  boardMillis,
  encodePacket,
  gPerCount,
  hasBoardTime,
  int16,
  int24,
  isStop,
  microvoltsPerCount,
  packetBytes,
  runningStop,
  uint32,
} from '../_cyton/packet.ts'

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const channels = '000000 000001 ffffff 7fffff 800000 00aec3 ff513d 0f4240'
const counts = [0, 1, -1, 8388607, -8388608, 44739, -44739, 1000000]
const microvolts = [0, 0.022352, -0.022352, 187500, -187500.022, 999.994695, -999.994695, 22351.744]

describe('the printed vectors', () => {
  const plain = bytesOf(`a0 05 ${channels} 0000 0000 2000 c0`)
  const stamped = bytesOf(`a0 11 ${channels} fe00 0001e240 c4`)

  test('channels are 24-bit two’s complement, big-endian', () => {
    for (const packet of [plain, stamped]) {
      expect(counts.map((_, c) => int24(packet, 2 + c * 3))).toEqual(counts)
    }
  })

  test('gain 24 scales counts to microvolts', () => {
    const scale = microvoltsPerCount(24)
    expect(scale).toBeCloseTo(0.02235174, 8)
    counts.forEach((count, c) => {
      const digits = Math.abs(microvolts[c]!) > 10_000 ? 3 : 6
      expect(count * scale).toBeCloseTo(microvolts[c]!, digits)
    })
  })

  test('the scale follows the gain', () => {
    for (const gain of [1, 2, 4, 6, 8, 12, 24]) {
      expect(microvoltsPerCount(gain) * gain).toBeCloseTo(microvoltsPerCount(1), 12)
    }
  })

  test('the accelerometer is int16 at 0.125 mg per count', () => {
    expect([26, 28, 30].map((at) => int16(plain, at))).toEqual([0, 0, 8192])
    expect(8192 * gPerCount).toBeCloseTo(1.024, 9)
    expect(int16(stamped, 26)).toBe(-512)
  })

  test('the board’s clock is unsigned milliseconds, where the stop byte says that there is one', () => {
    expect(uint32(stamped, 28)).toBe(123456)
    expect(boardMillis(stamped, 0)).toBe(123456)
    expect(boardMillis(plain, 0)).toBeNaN()
    expect(uint32(bytesOf('ffffffff'), 0)).toBe(2 ** 32 - 1)
  })

  test('what is encoded is what is printed', () => {
    const into = new Uint8Array(packetBytes)
    encodePacket({ counter: 5, counts, aux: [0, 0, 0, 0, 0x20, 0], stop: 0xc0 }, into)
    expect(into).toEqual(plain)
    encodePacket({ counter: 17, counts, aux: [0xfe, 0, 0, 1, 0xe2, 0x40], stop: 0xc4 }, into)
    expect(into).toEqual(stamped)
  })
})

test('C0 to C6 are stop bytes, and C3 to C6 bear the time', () => {
  const all = Array.from({ length: 256 }, (_, byte) => byte)
  expect(all.filter(isStop)).toEqual([0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6])
  expect(all.filter(isStop).filter(hasBoardTime)).toEqual([0xc3, 0xc4, 0xc5, 0xc6])
})

test('C3 and C5 only open a series of C4 or C6', () => {
  const running = [0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6].map(runningStop)
  expect(running).toEqual([0xc0, 0xc1, 0xc2, 0xc4, 0xc4, 0xc6, 0xc6])
})

describe('bit patterns of openbci-interface', () => {
  for (const [bits, read] of [
    ['16', int16],
    ['24', int24],
  ] as const) {
    const path = dataFile(`hellomoto-ai__openbci-interface/${bits}bit_patterns.txt`)
    test.skipIf(!path)(`every ${bits}-bit pattern has its printed value`, () => {
      const lines = readFileSync(path!, 'utf8').trim().split('\n')
      expect(lines.length).toBeGreaterThan(100)
      for (const line of lines) {
        const numbers = line.trim().split(/\s+/).map(Number)
        const expected = numbers.pop()
        expect(read(Uint8Array.from(numbers), 0), line).toBe(expected)
      }
    })
  }
})
