/**
 * The bytes of a WebAssembly module, read by the rules of its binary format (core specification,
 * chapter 5). It reads whatever it is given and never past the end.
 */
import { SynapseError } from '../signal/index.ts'

/** A module that cannot run here. The message says why; who opens it says what was opened. */
export function refusal(why: string, remedy?: string): SynapseError {
  return new SynapseError('graph-invalid', why, {
    remedy: remedy ?? 'Build the module as docs/sandboxed-nodes.md says.',
  })
}

const notAModule = 'it is not a whole WebAssembly module'

export class ModuleBytes {
  readonly bytes: Uint8Array
  readonly end: number
  at: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get isAtEnd(): boolean {
    return this.at >= this.end
  }

  byte(): number {
    if (this.isAtEnd) throw refusal(notAModule)
    return this.bytes[this.at++]!
  }

  skip(count: number): void {
    if (count > this.end - this.at) throw refusal(notAModule)
    this.at += count
  }

  /** An unsigned number of at most 32 bits in LEB128. */
  u32(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80 && value < 2 ** 32) return value
    }
    throw refusal(notAModule)
  }

  /** Passes over a LEB128 number of any size that the format knows. */
  skipNumber(): void {
    for (let i = 0; i < 10; i++) if (this.byte() < 0x80) return
    throw refusal(notAModule)
  }

  name(): string {
    const length = this.u32()
    const from = this.at
    this.skip(length)
    return new TextDecoder().decode(this.bytes.subarray(from, from + length))
  }

  /** As many as the vector's count says; `read` takes at least one byte, so it comes to an end. */
  vector<T>(read: () => T): T[] {
    const items: T[] = []
    for (let left = this.u32(); left > 0; left--) items.push(read())
    return items
  }

  /** The next `length` bytes as a reader of their own. */
  part(length: number): ModuleBytes {
    const from = this.at
    this.skip(length)
    return new ModuleBytes(this.bytes, from, from + length)
  }

  /** What is left of this part. */
  rest(): Uint8Array {
    return this.bytes.subarray(this.at, this.end)
  }
}

export function leb128(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) + 128)
  }
}

/** A name as the format writes it: its length, then its UTF-8. */
export function nameBytes(name: string): number[] {
  const text = new TextEncoder().encode(name)
  return [...leb128(text.length), ...text]
}
