/**
 * Files with a few things wrong, by somebody who knows where in a format it hurts: lengths, counts
 * and numbers are set to what nobody expects, and parts are dropped, doubled and exchanged.
 */

/** A place that means something. */
export interface Field {
  readonly at: number
  readonly length: number
  /** `text`: characters padded with blanks; `free`: characters that may become fewer or more. */
  readonly kind: 'integer' | 'float' | 'text' | 'free'
  /** Of an integer. */
  readonly bigEndian?: boolean
}

/** Of one sound file. */
export interface Anatomy {
  readonly bytes: Uint8Array
  readonly fields: readonly Field[]
  /** Where its parts begin and end: chunks, records, lines. */
  readonly parts: readonly (readonly [begin: number, end: number])[]
}

const nastyTexts = [
  ...['0', '-1', '1', '2', '255', '256', '32768', '65536', '99999999', '-9999999', '2147483647'],
  ...['4294967296', '9007199254740993', '1e308', '1e-308', '1e999', '-0', '.', '-', '', 'NaN'],
  ...['Infinity', '0x7f', '1,5', '1.5', 'abc', '\u0000', 'é', '\u0014', '../../x', '%', '='],
]
const nastyNumbers = [
  ...[0, 1, 2, 127, 128, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1],
  ...[2 ** 53, 2 ** 63],
]
const nastyFloats = [0, -1, 1e308, -1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, 1e18]

type Random = () => number

/** A copy with one to three things wrong. The same random numbers give the same bytes. */
export function mutated(anatomy: Anatomy, random: Random): Uint8Array {
  // What keeps the places first, so that later ones still mean something.
  let bytes: Uint8Array = anatomy.bytes.slice()
  for (let count = below(3, random); count > 0; count--) inPlace(bytes, anatomy, random)
  if (random() < 0.6) bytes = rearranged(bytes, anatomy, random)
  return bytes
}

function inPlace(bytes: Uint8Array, { fields }: Anatomy, random: Random): void {
  const field = fields[below(fields.length, random)]
  if (!field || random() < 0.2) {
    bytes[below(bytes.length, random)]! ^= 1 << below(8, random)
    return
  }
  const { at, length, kind, bigEndian } = field
  if (kind === 'float') {
    new DataView(bytes.buffer).setFloat64(at, nastyFloats[below(nastyFloats.length, random)]!, true)
  } else if (kind === 'integer') {
    setInteger(bytes, at, length, nastyNumbers[below(nastyNumbers.length, random)]!)
    if (bigEndian) bytes.subarray(at, at + length).reverse()
  } else {
    const text = nastyTexts[below(nastyTexts.length, random)]!.padEnd(length).slice(0, length)
    bytes.set(Buffer.from(text, 'latin1'), at)
  }
}

function setInteger(bytes: Uint8Array, at: number, length: number, value: number): void {
  let rest = BigInt(value)
  for (let i = 0; i < length; i++, rest >>= 8n) bytes[at + i] = Number(rest & 255n)
}

function rearranged(bytes: Uint8Array, anatomy: Anatomy, random: Random): Uint8Array {
  const { parts, fields } = anatomy
  const one = parts[below(parts.length, random)] ?? [0, bytes.length]
  const other = parts[below(parts.length, random)] ?? [0, bytes.length]
  const [begin, end] = one
  switch (below(7, random)) {
    case 0:
      return bytes.slice(0, below(bytes.length + 1, random))
    case 1:
      return joined(bytes.subarray(0, begin), bytes.subarray(end))
    case 2:
      return joined(bytes.subarray(0, end), bytes.subarray(begin))
    case 3:
      return joined(bytes.subarray(0, end), bytes.subarray(...other), bytes.subarray(end))
    case 4:
      return joined(bytes.subarray(0, begin), noise(random), bytes.subarray(begin))
    case 5:
      return joined(bytes.subarray(0, begin + below(end - begin, random)), bytes.subarray(end))
    default: {
      const field = fields[below(fields.length, random)]
      if (field?.kind !== 'free') return bytes
      const text = Buffer.from(nastyTexts[below(nastyTexts.length, random)]!)
      return joined(bytes.subarray(0, field.at), text, bytes.subarray(field.at + field.length))
    }
  }
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: 1 + below(40, random) }, () => below(256, random))
}

function joined(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

function below(n: number, random: Random): number {
  return Math.floor(random() * n)
}
