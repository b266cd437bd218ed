/**
 * What a Mentalab Explore says and hears: packets, little endian. After explorepy (packet.py,
 * command.py; facts only) and its test captures, which decode to the values printed beside them.
 *
 * | bytes   | content                                                                       |
 * |---------|-------------------------------------------------------------------------------|
 * | 0       | what it is: see `kinds`                                                       |
 * | 1       | count, 0–255                                                                  |
 * | 2–3     | how many bytes follow byte 3                                                  |
 * | 4–7     | the device's clock, 0.1 ms; an Explore Pro's 10 µs                            |
 * | 8 …     | the content                                                                   |
 * | last 4  | AF BE AD DE, whatever the content is                                          |
 *
 * A packet of samples has rows of a status and the channels, 24 bits each.
 */

export const headBytes = 8
const tailBytes = 4
const tail = [0xaf, 0xbe, 0xad, 0xde] as const
/** The longest there is has 507. */
const longestPacket = 1024
const valueBytes = 3

export const kinds = {
  orientation: 13,
  environment: 19,
  timestamp: 27,
  disconnect: 25,
  deviceInfo: 99,
  command: 160,
  commandReceived: 192,
  commandStatus: 193,
  marker: 194,
  calibration: 195,
} as const

/** Channels by the kind of a packet of samples. */
export const sampleKinds: ReadonlyMap<number, number> = new Map([
  [144, 4],
  [146, 8],
  [148, 32],
])
const known: ReadonlySet<number> = new Set([...Object.values(kinds), ...sampleKinds.keys()])

/** µV: reference 2.4 V, gain 6, 24 bits. */
export const microvoltsPerCount = 2.4e6 / (2 ** 23 - 1) / 6

/** Of acceleration in g, rotation in °/s and magnetic field in µT; its magnetometer looks the other way. */
export const orientationScales = [
  ...[0.061e-3, 0.061e-3, 0.061e-3],
  ...[8.75e-3, 8.75e-3, 8.75e-3],
  ...[-0.152, 0.152, 0.152],
] as const

/** As `MeasureFrame`. */
export function measurePacket(bytes: Uint8Array, at: number, end: number, isLast: boolean): number {
  if (!known.has(bytes[at]!)) return 0
  if (end - at < 4) return isLast ? 0 : -1
  const length = 4 + uint16(bytes, at + 2)
  if (length < headBytes + tailBytes || length > longestPacket) return 0
  if (!isPlausible(bytes[at]!, length)) return 0
  if (end - at < length) return isLast ? 0 : -1
  for (let i = 0; i < tailBytes; i++) if (bytes[at + length - tailBytes + i] !== tail[i]) return 0
  return length
}

function isPlausible(kind: number, length: number): boolean {
  const channels = sampleKinds.get(kind)
  const content = length - headBytes - tailBytes
  if (channels) return content > 0 && content % ((1 + channels) * valueBytes) === 0
  return kind !== kinds.orientation || content === 2 * orientationScales.length
}

export function samplesIn(kind: number, length: number): number {
  const rowBytes = (1 + sampleKinds.get(kind)!) * valueBytes
  return (length - headBytes - tailBytes) / rowBytes
}

/** Channel `c` of row `row` of the packet of samples at `at`. */
export function sampleAt(
  bytes: Uint8Array,
  at: number,
  channels: number,
  row: number,
  c: number,
): number {
  const from = at + headBytes + (row * (1 + channels) + 1 + c) * valueBytes
  return ((bytes[from + 2]! << 24) | (bytes[from + 1]! << 16) | (bytes[from]! << 8)) >> 8
}

export function uint16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}

export function int16(bytes: Uint8Array, at: number): number {
  return (uint16(bytes, at) << 16) >> 16
}

export function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) + uint16(bytes, at + 2) * 65_536
}

export interface DeviceInfo {
  readonly firmware: string
  readonly rateHz: number
  /** Of the inputs that are on. */
  readonly mask: number
}

export function deviceInfo(bytes: Uint8Array, at: number): DeviceInfo {
  const from = at + headBytes
  return {
    firmware: [...String(uint16(bytes, from))].join('.'),
    rateHz: 16_000 / 2 ** bytes[from + 2]!,
    mask: bytes[from + 3]!,
  }
}

export interface Environment {
  readonly celsius: number
  readonly lux: number
  readonly batteryVolts: number
}

export function environment(bytes: Uint8Array, at: number): Environment {
  const from = at + headBytes
  return {
    celsius: bytes[from]!,
    lux: (1000 / 4095) * uint16(bytes, from + 1),
    batteryVolts: (16.8 / 6.8) * (1.8 / 2457) * uint16(bytes, from + 3),
  }
}

export function encodePacket(
  kind: number,
  count: number,
  clock: number,
  content: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(headBytes + content.length + tailBytes)
  const view = new DataView(bytes.buffer)
  bytes[0] = kind
  bytes[1] = count
  view.setUint16(2, bytes.length - 4, true)
  view.setUint32(4, clock >>> 0, true)
  bytes.set(content, headBytes)
  bytes.set(tail, headBytes + content.length)
  return bytes
}
