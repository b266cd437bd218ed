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

  /** What came until `end`, or until it was listened so long: a busy host is not a silent board. */
  async until(end: string, clock: Clock, seconds: number): Promise<string> {
    let listened = 0
    let since = clock.now()
    while (!this.#text.includes(end) && listened < seconds) {
      await sleep(clock, pollSeconds)
      const now = clock.now()
      listened += Math.min(now - since, 2 * pollSeconds)
      since = now
    }
    return this.#text
  }
}
