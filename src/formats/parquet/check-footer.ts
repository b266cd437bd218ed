/**
 * Whether a footer can be read at all: hyparquet makes room for as many elements as a list says
 * that it has, so the counts are held against the bytes that there are before.
 */

const mostDepth = 12

/** @throws Error where the bytes are no struct of Thrift's compact protocol */
export function checkFooter(bytes: Uint8Array): void {
  new FooterWalk(bytes).struct(0)
}

class FooterWalk {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  struct(depth: number): void {
    if (depth > mostDepth) throw new Error('structs within structs without end')
    for (;;) {
      const head = this.#byte()
      if (head === 0) return
      if (head >> 4 === 0) this.#varint()
      this.#element(head & 15, depth, false)
    }
  }

  /** @param isListed a boolean of a list has a byte of its own */
  #element(type: number, depth: number, isListed: boolean): void {
    if (type === 1 || type === 2) this.#skip(isListed ? 1 : 0)
    else if (type === 3) this.#skip(1)
    else if (type >= 4 && type <= 6) this.#varint()
    else if (type === 7) this.#skip(8)
    else if (type === 8) this.#skip(this.#varint())
    else if (type === 9) this.#list(depth + 1)
    else if (type === 12) this.struct(depth + 1)
    else throw new Error(`a field of type ${type}`)
  }

  #list(depth: number): void {
    if (depth > mostDepth) throw new Error('lists within lists without end')
    const head = this.#byte()
    const count = head >> 4 === 15 ? this.#varint() : head >> 4
    if (count > this.#bytes.length - this.#at) throw new Error(`a list of ${count} elements`)
    for (let i = 0; i < count; i++) this.#element(head & 15, depth, true)
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new Error('it ends too early')
    return byte
  }

  #skip(length: number): void {
    this.#at += length
    if (this.#at > this.#bytes.length) throw new Error('it ends too early')
  }

  /** Nothing in it has more than 64 bits. */
  #varint(): number {
    let value = 0
    for (let i = 0, factor = 1; i < 10; i++, factor *= 128) {
      const byte = this.#byte()
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
    throw new Error('a number without end')
  }
}
