/**
 * Who ran when, in one thread: spans with a name, the latest of them in shared memory. The thread
 * adds without allocating, and only while the host has it switched on; the host reads. Names stand
 * in a table of the same memory, so that they outlive the thread.
 */

const headerBytes = 64
const nameBytes = 64
const mostNames = 256
const fields = 3
const slot = { isOn: 0, added: 1, names: 2 } as const

export interface TraceSpan {
  readonly name: string
  /** Seconds on the host's clock. */
  readonly start: number
  readonly seconds: number
}

export class TraceRing {
  readonly shared: SharedArrayBuffer
  readonly #header: Int32Array
  readonly #names: Uint8Array
  readonly #spans: Float64Array
  readonly #known = new Map<string, number>()

  /** @param shared memory of another one; without it, room for so many spans is made */
  constructor(shared?: SharedArrayBuffer, capacity = 2 ** 17) {
    const offset = headerBytes + mostNames * nameBytes
    this.shared = shared ?? new SharedArrayBuffer(offset + capacity * fields * 8)
    this.#header = new Int32Array(this.shared, 0, headerBytes / 4)
    this.#names = new Uint8Array(this.shared, headerBytes, mostNames * nameBytes)
    this.#spans = new Float64Array(this.shared, offset)
  }

  get isOn(): boolean {
    return Atomics.load(this.#header, slot.isOn) === 1
  }

  /** By the host: empties it, and lets the thread add. */
  begin(): void {
    Atomics.store(this.#header, slot.added, 0)
    Atomics.store(this.#header, slot.isOn, 1)
  }

  end(): void {
    Atomics.store(this.#header, slot.isOn, 0)
  }

  /** The number of a name, for `add`. Names beyond the table's room share the last number. */
  number(name: string): number {
    const known = this.#known.get(name) ?? this.#listed().indexOf(name)
    const number = known >= 0 ? known : this.#list(name)
    this.#known.set(name, number)
    return number
  }

  add(number: number, start: number, seconds: number): void {
    const added = this.#header[slot.added]!
    const at = (added % (this.#spans.length / fields)) * fields
    this.#spans[at] = start
    this.#spans[at + 1] = seconds
    this.#spans[at + 2] = number
    Atomics.store(this.#header, slot.added, added + 1)
  }

  /** Spans that were overwritten since `begin`. */
  get lost(): number {
    return Math.max(0, Atomics.load(this.#header, slot.added) - this.#spans.length / fields)
  }

  /** What is held, the oldest first. To be read after `end`. */
  spans(): TraceSpan[] {
    const names = this.#listed()
    const added = Atomics.load(this.#header, slot.added)
    const capacity = this.#spans.length / fields
    return Array.from({ length: Math.min(added, capacity) }, (_, i) => {
      const at = ((Math.max(0, added - capacity) + i) % capacity) * fields
      const [start, seconds, number] = this.#spans.subarray(at, at + fields)
      return { name: names[number!] ?? '', start: start!, seconds: seconds! }
    })
  }

  #listed(): string[] {
    const decoder = new TextDecoder()
    return Array.from({ length: Atomics.load(this.#header, slot.names) }, (_, n) => {
      // A decoder takes no shared memory.
      const bytes = this.#names.slice(n * nameBytes, (n + 1) * nameBytes)
      const end = bytes.indexOf(0)
      return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end))
    })
  }

  #list(name: string): number {
    const number = Atomics.load(this.#header, slot.names)
    if (number === mostNames) return mostNames - 1
    const text = number === mostNames - 1 ? 'others' : name
    const bytes = new TextEncoder().encode(text).slice(0, nameBytes)
    this.#names.set(bytes, number * nameBytes)
    Atomics.store(this.#header, slot.names, number + 1)
    return number
  }
}
