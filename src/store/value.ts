/** Values as bytes: MessagePack, with typed arrays as themselves. */
import { Packr } from 'msgpackr'
import type { StateValue } from '../signal/index.ts'

const packr = new Packr({ moreTypes: true, useRecords: false })

export function encodeValue(value: StateValue): Uint8Array {
  // The packer reuses its buffer: what is kept is a copy of its own.
  return Uint8Array.from(packr.pack(alone(value)))
}

export function decodeValue(bytes: Uint8Array): StateValue {
  return packr.unpack(bytes) as StateValue
}

/** What is not a view into a larger or a shared buffer. */
function alone(value: StateValue): StateValue {
  if (ArrayBuffer.isView(value)) return value.slice()
  if (typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, alone(each)]))
}
