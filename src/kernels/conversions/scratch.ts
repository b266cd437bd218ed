/**
 * The memory that conversions of ordinary arrays pass through: one a thread, which they use in
 * turn and leave nothing in. Copies there and back cost a fraction of a loop over the values.
 */
import { newConversionMemory, type RawConversions, rawConversionsOn } from '../module.ts'

export type Native = Int16Array | Int32Array | Float32Array | Float64Array

/** The first page is the module's. */
export const pageBytes = 65536
/** Kernels may read or write so far behind an array. */
const slackBytes = 32
/** Processors copy half as fast between places that stand differently in their cache lines. */
const lineBytes = 64

let memory: WebAssembly.Memory | undefined
let raw: RawConversions
let bytes: Uint8Array = new Uint8Array(0)

export class Scratch {
  readonly raw: RawConversions
  #next = pageBytes

  /** Valid until the next one is made: conversions never wait, so two are never in use at once. */
  constructor(...sizes: readonly number[]) {
    if (!memory) {
      memory = newConversionMemory()
      raw = rawConversionsOn(memory)
    }
    const end = sizes.reduce((sum, size) => sum + spaced(size), pageBytes)
    const missing = end - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
    if (bytes.length < end) bytes = new Uint8Array(memory.buffer)
    this.raw = raw
  }

  /** Room of one of the sizes, in their order. @returns its address */
  take(size: number): number {
    const at = this.#next
    this.#next += spaced(size)
    return at
  }

  put(source: ArrayBufferView, from: number, size: number, to: number): void {
    bytes.set(new Uint8Array(source.buffer, source.byteOffset + from, size), to)
  }

  get(from: number, size: number, target: ArrayBufferView, to: number): void {
    const part = new Uint8Array(target.buffer, target.byteOffset + to, size)
    part.set(bytes.subarray(from, from + size))
  }
}

/** With what must be free behind it. */
export function spaced(size: number): number {
  return Math.ceil((size + slackBytes) / lineBytes) * lineBytes
}
