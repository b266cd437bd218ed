import { expect, test } from 'vitest'
import { decodeFrame, encodeFrame, frameBytes, isFrame, sequenceOf } from './frame.ts'

/** Sequence 9, digital 1010. */
const vectors: readonly [string, number[]][] = [
  ['00 a8 9a', [512]],
  ['f0 ff 00 02 04 a0 9d', [1, 2, 3, 1023]],
  ['c1 0f c0 ff 64 00 a8 98', [512, 100, 1023, 0, 63, 1]],
]

test.each(vectors)('%s', (hex, analog) => {
  const bytes = Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16))
  const inputs = analog.length
  expect(frameBytes(inputs)).toBe(bytes.length)
  expect(isFrame(bytes, 0, bytes.length)).toBe(true)
  expect(sequenceOf(bytes, 0, bytes.length)).toBe(9)
  const values: number[] = []
  decodeFrame(bytes, 0, inputs, values, 0)
  expect(values).toEqual([1, 0, 1, 0, ...analog])
  const again = new Uint8Array(8)
  expect(encodeFrame(9, values, inputs, again)).toBe(bytes.length)
  expect([...again.subarray(0, bytes.length)]).toEqual([...bytes])
})

test.each([1, 2, 3, 4, 5, 6])(
  'every value of %i inputs comes back, and a changed bit is noticed',
  (inputs) => {
    const into = new Uint8Array(8)
    for (let n = 0; n < 1024; n++) {
      const analog = Array.from({ length: inputs }, (_, i) => (n * (i + 7)) % (i < 4 ? 1024 : 64))
      const sent = [n & 1, (n >> 1) & 1, (n >> 2) & 1, (n >> 3) & 1, ...analog]
      const length = encodeFrame(n & 15, sent, inputs, into)
      const values: number[] = []
      decodeFrame(into, 0, inputs, values, 0)
      expect(values).toEqual(sent)
      const bit = n % (8 * length)
      into[bit >> 3] = into[bit >> 3]! ^ (1 << (bit & 7))
      expect(isFrame(into, 0, length)).toBe(false)
    }
  },
)
