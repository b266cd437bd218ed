/**
 * Packets whose channels come in notifications of their own, as a Muse's electrodes do: put
 * together by their sequence number, whatever the order of arrival. A packet of which a part is
 * missing is never handed on; its absence is noticed by whoever counts the packets.
 */

const slots = 8

export class PartCollector {
  readonly #parts: number
  readonly #partBytes: number
  readonly #whole: (sequence: number, bytes: Uint8Array, hostTime: number) => void
  readonly #bytes: Uint8Array[]
  readonly #sequences = new Float64Array(slots).fill(Number.NaN)
  readonly #masks = new Int32Array(slots)
  /** When the slot was taken, in calls. */
  readonly #ages = new Float64Array(slots)
  #calls = 0

  /** @param whole gets the parts one behind the other; `bytes` are lent */
  constructor(
    parts: number,
    partBytes: number,
    whole: (sequence: number, bytes: Uint8Array, hostTime: number) => void,
  ) {
    this.#parts = parts
    this.#partBytes = partBytes
    this.#whole = whole
    this.#bytes = Array.from({ length: slots }, () => new Uint8Array(parts * partBytes))
  }

  push(part: number, sequence: number, bytes: Uint8Array, hostTime: number): void {
    const slot = this.#slotOf(sequence)
    this.#bytes[slot]!.set(bytes, part * this.#partBytes)
    this.#masks[slot]! |= 1 << part
    if (this.#masks[slot] !== (1 << this.#parts) - 1) return
    this.#sequences[slot] = Number.NaN
    this.#masks[slot] = 0
    this.#whole(sequence, this.#bytes[slot]!, hostTime)
  }

  /** What is incomplete will stay so. */
  clear(): void {
    this.#sequences.fill(Number.NaN)
    this.#masks.fill(0)
  }

  /** The slot of this packet, a free one, or the one that has waited longest. */
  #slotOf(sequence: number): number {
    let best = 0
    let bestAge = Number.POSITIVE_INFINITY
    for (let slot = 0; slot < slots; slot++) {
      if (this.#sequences[slot] === sequence) return slot
      const age = Number.isNaN(this.#sequences[slot]!) ? -1 : this.#ages[slot]!
      if (age < bestAge) {
        best = slot
        bestAge = age
      }
    }
    this.#sequences[best] = sequence
    this.#masks[best] = 0
    this.#ages[best] = this.#calls++
    return best
  }
}
