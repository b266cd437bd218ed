/** Numbers among bytes: of every type that boards send, and as text. */
import type { NumericFormat } from '../../signal/index.ts'
import type { NumberType } from './description.ts'

/** Of such numbers. */
export function bytesOf(type: NumberType): number {
  if (type.endsWith('8')) return 1
  return Number(/\d+/.exec(type)![0]) / 8
}

/** The narrowest sample format that holds every such number exactly. */
export function formatOf(type: NumberType): NumericFormat {
  if (type.startsWith('float')) return 'float32'
  const bits = 8 * bytesOf(type)
  if (type.startsWith('uint')) return bits < 16 ? 'int16' : bits < 32 ? 'int32' : 'float64'
  return bits <= 16 ? 'int16' : 'int32'
}

const scratch = new DataView(new ArrayBuffer(4))

export function numberAt(bytes: Uint8Array, at: number, type: NumberType): number {
  const size = bytesOf(type)
  if (size === 1) return type === 'int8' ? (bytes[at]! << 24) >> 24 : bytes[at]!
  const isLittle = type.endsWith('le')
  let value = 0
  for (let i = 0; i < size; i++) value = value * 256 + bytes[isLittle ? at + size - 1 - i : at + i]!
  if (type.startsWith('float')) {
    scratch.setUint32(0, value)
    return scratch.getFloat32(0)
  }
  const limit = 2 ** (8 * size - 1)
  return type.startsWith('int') && value >= limit ? value - 2 * limit : value
}

const [minus, plus, point, zero, nine] = [45, 43, 46, 48, 57]
const exponents = [69, 101]

/**
 * The decimal number that fills `bytes` from `at` to `end` but for blanks; NaN where it is none.
 * Makes no garbage, unlike a text.
 */
export function textNumber(bytes: Uint8Array, at: number, end: number): number {
  let from = at
  let to = end
  while (from < to && isBlank(bytes[from]!)) from++
  while (to > from && isBlank(bytes[to - 1]!)) to--
  const sign = bytes[from] === minus ? -1 : 1
  if (bytes[from] === minus || bytes[from] === plus) from++
  let digits = 0
  let value = 0
  let scale = 0
  let i = from
  for (let pointAt = -1; i < to; i++) {
    const byte = bytes[i]!
    if (byte === point && pointAt < 0) pointAt = i
    else if (byte >= zero && byte <= nine) {
      value = value * 10 + (byte - zero)
      digits++
      if (pointAt >= 0) scale--
    } else break
  }
  if (digits === 0) return Number.NaN
  if (i < to) {
    if (!exponents.includes(bytes[i]!)) return Number.NaN
    const power = wholeNumber(bytes, i + 1, to)
    if (Number.isNaN(power)) return Number.NaN
    scale += power
  }
  return sign * (scale < 0 ? value / 10 ** -scale : value * 10 ** scale)
}

function wholeNumber(bytes: Uint8Array, at: number, end: number): number {
  const sign = bytes[at] === minus ? -1 : 1
  const from = bytes[at] === minus || bytes[at] === plus ? at + 1 : at
  if (from === end) return Number.NaN
  let value = 0
  for (let i = from; i < end; i++) {
    const byte = bytes[i]!
    if (byte < zero || byte > nine) return Number.NaN
    value = value * 10 + (byte - zero)
  }
  return sign * value
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13
}
