/** Text that the board answers while it does not stream. */
import { type Clock, sleep } from '../../signal/index.ts'

const pollSeconds = 0.01
const limit = 65536

export class Replies {
  #text = ''

  /** Characters received since the last `clear`. */
  get length(): number {
    return this.#text.length
  }

  get text(): string {
    return this.#text
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) this.#text += String.fromCharCode(byte)
    if (this.#text.length > limit) this.#text = this.#text.slice(-limit)
  }

  clear(): void {
    this.#text = ''
  }

  /** What came until `end`, or until the time was over. */
  async until(end: string, clock: Clock, seconds: number): Promise<string> {
    const deadline = clock.now() + seconds
    while (!this.#text.includes(end) && clock.now() < deadline) await sleep(clock, pollSeconds)
    return this.#text
  }
}
