/**
 * What a lane's nodes keep by key, as far as it is part of the lane's snapshots: beside each of the
 * two what is not written yet, and the notes of strong writes since the last one. In memory that
 * its host shares, and that grows.
 */
import { SynapseError } from '../signal/index.ts'
import type { Notes } from '../store/index.ts'

export interface SharedKept {
  /** One for each snapshot of an image. */
  readonly slots: readonly SharedArrayBuffer[]
  readonly notes: SharedArrayBuffer
}

/** Length in bytes; in the notes, before it the snapshot that they come after. */
const headerBytes = 8
const firstBytes = 4096
/** Reserved, not used: address space. */
const mostBytes = 2 ** 27
/** With so many bytes of notes a snapshot should be taken. */
const manyBytes = 2 ** 20

export function newKept(): SharedKept {
  const grows = () => new SharedArrayBuffer(firstBytes, { maxByteLength: mostBytes })
  return { slots: [grows(), grows()], notes: grows() }
}

export class KeptImage implements Notes {
  readonly #slots: readonly Growing[]
  readonly #notes: Growing

  constructor({ slots, notes }: SharedKept) {
    this.#slots = slots.map((slot) => new Growing(slot))
    this.#notes = new Growing(notes)
  }

  /** @param slot of the snapshot that is being taken */
  save(slot: number, kept: Uint8Array): void {
    this.#slots[slot]!.length = 0
    this.#slots[slot]!.add(kept)
  }

  read(slot: number): Uint8Array {
    return this.#slots[slot]!.bytes()
  }

  /** The snapshot counted as `taken` is whole: notes are of what comes after it. */
  begin(taken: number): void {
    const notes = this.#notes
    if (notes.mark === taken) return
    notes.length = 0
    notes.mark = taken
  }

  add(note: Uint8Array): void {
    const length = new Uint8Array(new Uint32Array([note.length]).buffer)
    this.#notes.add(length, note)
  }

  get isFarAhead(): boolean {
    return this.#notes.length > manyBytes
  }

  /** Since the snapshot counted as `taken`. */
  notes(taken: number): Uint8Array[] {
    if (this.#notes.mark !== taken) return []
    const bytes = this.#notes.bytes()
    const view = new DataView(bytes.buffer)
    const notes: Uint8Array[] = []
    for (let at = 0; at < bytes.length; ) {
      const length = view.getUint32(at, true)
      notes.push(bytes.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
    return notes
  }
}

/** Bytes one after the other; those within the length are whole at any moment. */
class Growing {
  readonly #buffer: SharedArrayBuffer
  readonly #header: Int32Array
  /** Grows with the buffer. */
  readonly #all: Uint8Array

  constructor(buffer: SharedArrayBuffer) {
    this.#buffer = buffer
    this.#header = new Int32Array(buffer, 0, 2)
    this.#all = new Uint8Array(buffer)
  }

  get mark(): number {
    return Atomics.load(this.#header, 0)
  }

  set mark(mark: number) {
    Atomics.store(this.#header, 0, mark)
  }

  get length(): number {
    return Atomics.load(this.#header, 1)
  }

  set length(length: number) {
    Atomics.store(this.#header, 1, length)
  }

  /** All of it or nothing. @throws SynapseError io-failed when it cannot grow so far */
  add(...parts: readonly Uint8Array[]): void {
    let end = this.length
    for (const part of parts) end += part.length
    this.#grow(headerBytes + end)
    let at = headerBytes + this.length
    for (const part of parts) {
      this.#all.set(part, at)
      at += part.length
    }
    this.length = end
  }

  bytes(): Uint8Array {
    return this.#all.slice(headerBytes, headerBytes + this.length)
  }

  #grow(bytes: number): void {
    if (bytes <= this.#buffer.byteLength) return
    if (bytes > mostBytes) {
      throw new SynapseError('io-failed', `keeping state: ${bytes} bytes are not written yet`)
    }
    this.#buffer.grow(Math.min(mostBytes, Math.max(bytes, 2 * this.#buffer.byteLength)))
  }
}
