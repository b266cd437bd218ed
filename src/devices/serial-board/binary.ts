/** Frames of bytes, as a description has them. */
import type { FrameShape } from '../_session/framed-stream.ts'
import type { BinaryFormat, Field } from './description.ts'
import { bytesOf, numberAt } from './numbers.ts'

const secondsPer = { s: 1, ms: 1e-3, us: 1e-6 } as const

export function binaryShape(format: BinaryFormat): FrameShape {
  const sync = Uint8Array.from(Buffer.from(format.sync, 'hex'))
  const end = Uint8Array.from(Buffer.from(format.end ?? '', 'hex'))
  const places = placesOf(format.fields, sync.length)
  const checksumAt = sync.length + format.fields.reduce((sum, field) => sum + sizeOf(field), 0)
  const checksumBytes = format.checksum === 'none' ? 0 : 1
  const length = checksumAt + checksumBytes + end.length
  const counter = places.find(({ field }) => field.field === 'counter')
  const time = places.find(({ field }) => field.field === 'time')
  const channels = places.filter(({ field }) => field.field === 'channels')
  const counterType = counter?.field.field === 'counter' ? counter.field : undefined
  const timeType = time?.field.field === 'time' ? time.field : undefined
  return {
    frameBytes: length,
    turn: counterType ? (counterType.turn ?? 256 ** bytesOf(counterType.as)) : 0,
    isUnchecked: format.checksum === 'none',
    measure(bytes, at, to) {
      for (let i = 0; i < sync.length; i++) {
        if (at + i >= to) return -1
        if (bytes[at + i] !== sync[i]) return 0
      }
      if (to - at < length) return -1
      for (let i = 0; i < end.length; i++) {
        if (bytes[at + length - end.length + i] !== end[i]) return 0
      }
      const from = at + sync.length + format.checksumFrom
      const sum = checksumOf(format.checksum, bytes, from, at + checksumAt)
      return sum === -1 || sum === bytes[at + checksumAt] ? length : 0
    },
    counter: (bytes, at) =>
      counterType ? numberAt(bytes, at + counter!.at, counterType.as) : Number.NaN,
    decode(bytes, at, into, to) {
      let channel = to
      for (let p = 0; p < channels.length; p++) {
        const { field, at: place } = channels[p]!
        if (field.field !== 'channels') continue
        const size = bytesOf(field.as)
        for (let c = 0; c < field.labels.length; c++) {
          into[channel++] = numberAt(bytes, at + place + c * size, field.as)
        }
      }
    },
    ...(timeType
      ? {
          deviceTime: (bytes: Uint8Array, at: number) =>
            numberAt(bytes, at + time!.at, timeType.as) * secondsPer[timeType.unit],
        }
      : {}),
  }
}

function sizeOf(field: Field): number {
  if (field.field === 'skip') return field.bytes
  return bytesOf(field.as) * (field.field === 'channels' ? field.labels.length : 1)
}

function placesOf(fields: readonly Field[], from: number) {
  let at = from
  return fields.map((field) => {
    const place = { field, at }
    at += sizeOf(field)
    return place
  })
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
