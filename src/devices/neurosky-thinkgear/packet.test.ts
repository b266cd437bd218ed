import { expect, test } from 'vitest'
import { eachRow, encodePacket, packetLength } from './packet.ts'

function rowsOf(bytes: Uint8Array): [number, number[]][] {
  const rows: [number, number[]][] = []
  eachRow(bytes, 0, bytes.length, (code, of, at, length) =>
    rows.push([code, [...of.subarray(at, at + length)]]),
  )
  return rows
}

test('a raw value of −512', () => {
  const bytes = Uint8Array.of(0xaa, 0xaa, 0x04, 0x80, 0x02, 0xfe, 0x00, 0x7f)
  expect(packetLength(bytes, 0, 8)).toBe(8)
  expect(rowsOf(bytes)).toEqual([[0x80, [0xfe, 0x00]]])
  expect(encodePacket([[0x80, [0xfe, 0x00]]])).toEqual(bytes)
})

test('a wrong sum is no packet; half of one waits for the rest', () => {
  const bytes = Uint8Array.of(0xaa, 0xaa, 0x04, 0x80, 0x02, 0xfe, 0x00, 0x7e)
  expect(packetLength(bytes, 0, 8)).toBe(0)
  expect([1, 2, 3, 7].map((end) => packetLength(bytes, 0, end))).toEqual([-1, -1, -1, -1])
  expect(packetLength(Uint8Array.of(0xaa, 0xaa, 170, 0), 0, 4)).toBe(0)
})

test('rows that nobody knows, that are extended or cut short, are skipped', () => {
  const bytes = encodePacket([
    [0x02, [26]],
    [0x7b, [9]],
    [0x91, [1, 2, 3]],
    [0x04, [61]],
  ])
  expect(rowsOf(bytes).map(([code]) => code)).toEqual([0x02, 0x7b, 0x91, 0x04])
  const strange = Uint8Array.of(0xaa, 0xaa, 7, 0x55, 0x02, 5, 0x04, 61, 0x83, 24, 0)
  expect(rowsOf(strange)).toEqual([[0x04, [61]]])
})
