/**
 * Memory of a reader's or writer's own, in which kernels work in place: bytes are read from a file
 * straight into it, and chunks are lent out of it. It never grows, so that views of it stay valid.
 */
import { newConversionMemory, type RawConversions, rawConversionsOn } from '../module.ts'
import { pageBytes, spaced } from './scratch.ts'

/**
 * Those that were released, for the next reader or writer: to touch memory for the first time costs
 * more than to read a file into it.
 */
const released: OwnMemory[] = []
const mostReleased = 2
const mostReleasedBytes = 1 << 22
/** A larger one, for as long as nobody needs the room. */
let largest: WeakRef<OwnMemory> | undefined

export class OwnMemory {
  readonly raw: RawConversions
  readonly bytes: Uint8Array<ArrayBuffer>
  #next = pageBytes

  /** With room for all of the sizes, which `take` is then asked for. */
  static of(sizes: readonly number[]): OwnMemory {
    const length = sizes.reduce((sum, size) => sum + spaced(size), pageBytes)
    const fitting = released.findIndex(({ bytes }) => bytes.length >= length)
    const [memory] = fitting < 0 ? [largeOne(length)] : released.splice(fitting, 1)
    if (!memory) return new OwnMemory(length)
    memory.#next = pageBytes
    return memory
  }

  private constructor(length: number) {
    const memory = newConversionMemory()
    const missing = length - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
    this.raw = rawConversionsOn(memory)
    this.bytes = new Uint8Array(memory.buffer as ArrayBuffer)
  }

  /** @returns an address; what stands there is not zero */
  take(size: number): number {
    const at = this.#next
    this.#next += spaced(size)
    return at
  }

  /** Nothing that was lent out of it may be looked at from then on. */
  release(): void {
    if (this.bytes.length > mostReleasedBytes) largest = new WeakRef(this)
    else if (released.length < mostReleased && !released.includes(this)) released.push(this)
  }
}

/** Not for less than a quarter of it: a small reader would keep a large one from it. */
function largeOne(length: number): OwnMemory | undefined {
  const memory = largest?.deref()
  const isFitting = memory && memory.bytes.length >= length && 4 * length > memory.bytes.length
  if (isFitting) largest = undefined
  return isFitting ? memory : undefined
}
