import { expect, test } from 'vitest'
import { field, impedanceKohmOf, int24, putField } from './packet.ts'

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const eight = [0, 1, 2, 3, 4, 5, 6, 7]

test('eight values of 18 bits are read as the firmware sends them', () => {
  const bytes = bytesOf('07 01 86 bf 9e 54 c4 b2 ce d3 00 00 3f ff f7 ff fa 00 01 3e')
  expect(eight.map((i) => field(bytes, 18, i) * 64)).toEqual([
    99968, -100096, 4999936, -5000064, 0, -128, 8388480, -8388608,
  ])
})

test('eight values of 19 bits are read as the firmware sends them', () => {
  const bytes = bytesOf('6b 01 86 9f cf 2d 31 2d 59 da 70 00 05 ff ff df ff f4 00 01')
  expect(eight.map((i) => field(bytes, 19, i) * 32)).toEqual([
    99968, -100032, 5000000, -5000000, 64, -64, 8388544, -8388608,
  ])
})

test('the whole sample of firmware 2 is four integers of 24 bits', () => {
  const bytes = bytesOf('00 01 86 a0 fe 79 60 4c 4b 40 b3 b4 c0 00')
  expect([1, 4, 7, 10].map((at) => int24(bytes, at))).toEqual([100000, -100000, 5000000, -5000000])
})

test('the emulator packs what the table says', () => {
  const counts = [100000, -100000, 5000000, -5000000, 64, -64, 8388607, -8388608]
  const packed = new Uint8Array(20)
  packed[0] = 7
  for (const i of eight) putField(packed, 18, i, counts[i]! >> 6)
  packed[19] = 0x3e
  expect(Buffer.from(packed).toString('hex')).toBe('070186bf9e54c4b2ced300003ffff7fffa00013e')
})

test.each([18, 19] as const)('what is put into %i bits comes out without its lowest', (width) => {
  for (let n = 0; n < 2000; n++) {
    const value = ((n * 2654435761) % 2 ** (width - 1)) - 2 ** (width - 2)
    const bytes = new Uint8Array(20)
    putField(bytes, width, n % 8, value)
    expect(field(bytes, width, n % 8)).toBe(value & ~1)
  }
})

test.each([
  ['c9 34 32 5a 0a', 42],
  ['c9 5a', 0],
  ['cd 31 30 30 30 5a 0a 00 00', 1000],
  ['c9 34 32', Number.NaN],
  ['c9 2d 34 5a', Number.NaN],
  ['c9', Number.NaN],
])('impedance %s is %d kΩ', (hex, kohm) => {
  expect(impedanceKohmOf(bytesOf(hex))).toBe(kohm)
})
