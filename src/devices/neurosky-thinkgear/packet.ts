/**
 * NeuroSky's ThinkGear packets: AA AA, payload length (at most 169), payload, inverted sum of the
 * payload. The payload is rows: any number of 55 (extended code), a code, a length byte where the
 * code is 80 or above, and the value. After the "ThinkGear Serial Stream Guide".
 */

const sync = 0xaa
const longestPayload = 169
const overheadBytes = 4
const extended = 0x55

export const codes = {
  poorSignal: 0x02,
  attention: 0x04,
  meditation: 0x05,
  blink: 0x16,
  raw: 0x80,
  powers: 0x83,
  dongleConnected: 0xd0,
  dongleNotFound: 0xd1,
  dongleDisconnected: 0xd2,
} as const

export const powerLabels = [
  ...['delta', 'theta', 'low alpha', 'high alpha'],
  ...['low beta', 'high beta', 'low gamma', 'mid gamma'],
] as const

/** The length of the packet at `at`; 0 where none begins; −1 when more must arrive. */
export function packetLength(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== sync) return 0
  if (end - at < 3) return -1
  const payload = bytes[at + 2]!
  if (bytes[at + 1] !== sync || payload > longestPayload) return 0
  const length = payload + overheadBytes
  if (end - at < length) return -1
  return bytes[at + length - 1] === checksum(bytes, at + 3, payload) ? length : 0
}

function checksum(bytes: ArrayLike<number>, at: number, length: number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += bytes[at + i]!
  return ~sum & 0xff
}

/** One row of a payload: `length` bytes at `at`. */
export type RowListener = (code: number, bytes: Uint8Array, at: number, length: number) => void

/** Every row of the packet; those of an extended code are skipped, as are those cut short. */
export function eachRow(bytes: Uint8Array, at: number, length: number, row: RowListener): void {
  const end = at + length - 1
  for (let i = at + 3; i < end; ) {
    let extensions = 0
    while (i < end && bytes[i] === extended) {
      extensions++
      i++
    }
    if (i >= end) return
    const code = bytes[i++]!
    const size = code >= 0x80 ? bytes[i++]! : 1
    if (i + size > end) return
    if (extensions === 0) row(code, bytes, i, size)
    i += size
  }
}

export function encodePacket(
  rows: readonly (readonly [code: number, value: readonly number[]])[],
): Uint8Array {
  const payload = rows.flatMap(([code, value]) =>
    code >= 0x80 ? [code, value.length, ...value] : [code, ...value],
  )
  return Uint8Array.from([
    sync,
    sync,
    payload.length,
    ...payload,
    checksum(payload, 0, payload.length),
  ])
}
