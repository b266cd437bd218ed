/** Frames of bytes, as a description has them. */
import { type MeasureFrame, witnessed } from '../_session/frame-finder.ts'
import type { FrameShape } from '../_session/framed-stream.ts'
import type { BinaryFormat, Field } from './description.ts'
import { bytesOf, numberAt } from './numbers.ts'

const secondsPer = { s: 1, ms: 1e-3, us: 1e-6 } as const

interface Place<F extends Field = Field> {
  readonly field: F
  /** Bytes from the beginning of the frame. */
  readonly at: number
}

export function binaryShape(format: BinaryFormat): FrameShape {
  const places = placesOf(format)
  const counter = single(places, 'counter')
  const time = single(places, 'time')
  const channels = places.filter((place) => isOf(place, 'channels'))
  const passed = format.pass.map(({ sync, bytes }) => ({ sync: hexBytes(sync), bytes }))
  const isUnchecked = format.checksum === 'none'
  const { measure, length } = frameMeasure(format)
  const passing: MeasureFrame = (bytes, at, end, isLast) => {
    for (let p = 0; p < passed.length; p++) {
      const other = passed[p]!
      if (startsWith(bytes, at, end, other.sync)) return end - at < other.bytes ? -1 : other.bytes
    }
    return measure(bytes, at, end, isLast)
  }
  return {
    frameBytes: length,
    turn: counter ? (counter.field.turn ?? 256 ** bytesOf(counter.field.as)) : 0,
    isUnchecked,
    measure: isUnchecked && passed.length === 0 ? witnessed(measure) : passing,
    kindOf: (_bytes, _at, size) => (size === length ? 'samples' : 'other'),
    counter: (bytes, at) =>
      counter ? numberAt(bytes, at + counter.at, counter.field.as) : Number.NaN,
    decode(bytes, at, into, to) {
      let channel = to
      for (let p = 0; p < channels.length; p++) {
        const { field, at: place } = channels[p]!
        const size = bytesOf(field.as)
        for (let c = 0; c < field.labels.length; c++) {
          into[channel++] = numberAt(bytes, at + place + c * size, field.as)
        }
      }
    },
    ...(time
      ? {
          deviceTime: (bytes: Uint8Array, at: number) =>
            numberAt(bytes, at + time.at, time.field.as) * secondsPer[time.field.unit],
        }
      : {}),
  }
}

function frameMeasure(format: BinaryFormat): { measure: MeasureFrame; length: number } {
  const sync = hexBytes(format.sync)
  const tail = hexBytes(format.end ?? '')
  const checksumAt = sync.length + format.fields.reduce((sum, field) => sum + sizeOf(field), 0)
  const length = checksumAt + (format.checksum === 'none' ? 0 : 1) + tail.length
  const measure: MeasureFrame = (bytes, at, end) => {
    for (let i = 0; i < sync.length; i++) {
      if (at + i >= end) return -1
      if (bytes[at + i] !== sync[i]) return 0
    }
    if (end - at < length) return -1
    if (!startsWith(bytes, at + length - tail.length, end, tail)) return 0
    const from = at + sync.length + format.checksumFrom
    const sum = checksumOf(format.checksum, bytes, from, at + checksumAt)
    return sum === -1 || sum === bytes[at + checksumAt] ? length : 0
  }
  return { measure, length }
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

function startsWith(bytes: Uint8Array, at: number, end: number, wanted: Uint8Array): boolean {
  if (end - at < wanted.length) return false
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false
  return true
}

function sizeOf(field: Field): number {
  if (field.field === 'skip') return field.bytes
  return bytesOf(field.as) * (field.field === 'channels' ? field.labels.length : 1)
}

function placesOf({ sync, fields }: BinaryFormat): Place[] {
  let at = sync.length / 2
  return fields.map((field) => {
    const place = { field, at }
    at += sizeOf(field)
    return place
  })
}

function isOf<K extends Field['field']>(
  place: Place,
  kind: K,
): place is Place<Extract<Field, { field: K }>> {
  return place.field.field === kind
}

function single<K extends Field['field']>(places: readonly Place[], kind: K) {
  return places.find((place) => isOf(place, kind)) as
    | Place<Extract<Field, { field: K }>>
    | undefined
}

/** −1 where there is none. */
function checksumOf(
  kind: BinaryFormat['checksum'],
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  if (kind === 'none') return -1
  let sum = 0
  if (kind === 'xor') for (let i = from; i < to; i++) sum ^= bytes[i]!
  else for (let i = from; i < to; i++) sum += bytes[i]!
  return (kind === 'inverted-sum' ? ~sum : sum) & 0xff
}
