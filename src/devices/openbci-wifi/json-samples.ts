/**
 * What the shield sends as `json`: `{"chunk":[SAMPLE,…],"count":7}`, one behind the other without
 * anything between them, where a sample is
 *
 *     {"timestamp":81230412,"sampleNumber":7,"data":[-1520,22351,…]}
 *
 * The timestamp counts microseconds since the shield was switched on, or since 1970 once it has the
 * time from the network; data are nanovolts, rounded towards zero, and become the counts again that
 * they were made of. Each sample is a frame of its own, so that damage costs no others.
 */
import type { FrameKind, FrameShape } from '../_session/framed-stream.ts'
import { type BoardKind, boards, shieldNanovoltsPerCount } from './boards.ts'
import type { SampleListener } from './packets.ts'

const codes = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0))
const [open, close, list, endOfList] = codes('{}[]') as [number, number, number, number]
const [quote, colon, comma, minus, zero, nine] = codes('":,-09') as [
  ...[number, number, number],
  ...[number, number, number],
]
const blanks = codes(',\r\n\t ')
const names = { timestamp: 't'.charCodeAt(0), sampleNumber: 's'.charCodeAt(0) } as const
const dataName = 'd'.charCodeAt(0)
/** The names of what stands around the samples, `chunk` and `count`, begin so; none of theirs does. */
const outerName = 'c'.charCodeAt(0)
const longestSample = 512
/** Of a number: more are none of the shield's. */
const mostDigits = 17
const longestOuter = 64

/** @param gain that the shield reckons with for all channels: that of the first */
export function jsonShape(kind: BoardKind, gain: number, listener: SampleListener): FrameShape {
  const { channels, turn } = boards[kind]
  const nanovolts = shieldNanovoltsPerCount(kind, gain)
  const sample = new JsonSample(channels)
  return {
    turn,
    frameBytes: 45 + 8 * channels,
    isUnchecked: true,
    measure(bytes, at, end, isLast) {
      const first = bytes[at]!
      if (blanks.includes(first)) return 1
      if (first === endOfList) return through(bytes, at, end, close, longestOuter, isLast)
      if (first !== open) return 0
      if (end - at < 3) return isLast ? 0 : -1
      if (bytes[at + 1] !== quote) return 0
      return bytes[at + 2] === outerName
        ? through(bytes, at, end, list, longestOuter, isLast)
        : through(bytes, at, end, close, longestSample, isLast)
    },
    kindOf(bytes, at, length): FrameKind {
      if (bytes[at] !== open || bytes[at + 2] === outerName) return 'other'
      return sample.read(bytes, at, at + length) ? 'samples' : 'damaged'
    },
    counter: () => sample.number,
    deviceTime: () => sample.microseconds / 1e6,
    decode(_bytes, _at, into, to) {
      for (let c = 0; c < channels; c++) {
        const value = sample.data[c]!
        into[to + c] = Math.round((value + 0.5 * Math.sign(value)) / nanovolts)
      }
      listener.sampled(into, to)
    },
  }
}

/** The bytes up to `last` and with it; 0 where another object begins before, or it is too far. */
function through(
  bytes: Uint8Array,
  at: number,
  end: number,
  last: number,
  most: number,
  isLast: boolean,
): number {
  const until = Math.min(end, at + most)
  for (let i = at + 1; i < until; i++) {
    if (bytes[i] === last) return i + 1 - at
    if (bytes[i] === open) return 0
  }
  return isLast || end - at >= most ? 0 : -1
}

/** Reads one sample after the other, and makes no garbage. */
class JsonSample {
  readonly data: Float64Array
  number = 0
  microseconds = Number.NaN
  #at = 0

  constructor(channels: number) {
    this.data = new Float64Array(channels)
  }

  /** False where it is none, or has other channels. */
  read(bytes: Uint8Array, at: number, end: number): boolean {
    this.#at = at
    this.number = this.microseconds = Number.NaN
    let hasData = false
    while (bytes[this.#at] !== close) {
      // Before the first name stands the brace, before every other a comma.
      if (bytes[this.#at] !== (this.#at === at ? open : comma)) return false
      this.#at++
      const name = bytes[this.#at + 1]!
      if (!this.#skipName(bytes, end)) return false
      if (name === dataName) {
        if (!this.#readData(bytes)) return false
        hasData = true
      } else {
        const value = this.#readNumber(bytes)
        if (Number.isNaN(value)) return false
        if (name === names.timestamp) this.microseconds = value
        else if (name === names.sampleNumber) this.number = value
        // The end of a sample is missing, and what ends the message was taken for it.
        else return false
      }
    }
    return hasData && this.#at === end - 1 && this.number >= 0 && this.number <= 255
  }

  #skipName(bytes: Uint8Array, end: number): boolean {
    if (bytes[this.#at++] !== quote) return false
    while (this.#at < end && bytes[this.#at] !== quote) this.#at++
    return bytes[++this.#at] === colon && ++this.#at < end
  }

  #readData(bytes: Uint8Array): boolean {
    if (bytes[this.#at++] !== list) return false
    for (let c = 0; c < this.data.length; c++) {
      if (c > 0 && bytes[this.#at++] !== comma) return false
      const value = this.#readNumber(bytes)
      if (Number.isNaN(value)) return false
      this.data[c] = value
    }
    return bytes[this.#at++] === endOfList
  }

  /** A whole number. */
  #readNumber(bytes: Uint8Array): number {
    const isNegative = bytes[this.#at] === minus
    if (isNegative) this.#at++
    const from = this.#at
    let value = 0
    for (let byte = bytes[from]!; byte >= zero && byte <= nine; byte = bytes[++this.#at]!) {
      value = value * 10 + (byte - zero)
    }
    if (this.#at === from || this.#at - from > mostDigits) return Number.NaN
    return isNegative ? -value : value
  }
}
