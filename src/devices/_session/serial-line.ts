/** What is said to a board on a serial port while it does not stream, and heard from it. */
import { type ByteLink, type Clock, sleep } from '../../signal/index.ts'
import { Replies } from './replies.ts'

/** One for the life of a session: it goes on with the next link, and is deaf between the two. */
export class SerialLine {
  readonly replies = new Replies()
  readonly #clock: Clock
  #link: ByteLink | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  linked(link: ByteLink): void {
    this.#link = link
  }

  unlinked(): void {
    this.#link = null
  }

  async close(): Promise<void> {
    const link = this.#link
    this.#link = null
    await link?.close()
  }

  async send(command: string | Uint8Array): Promise<void> {
    const bytes = typeof command === 'string' ? Buffer.from(command, 'latin1') : command
    await this.#link?.write(bytes)
  }

  /** What came until `end`, or until the time was over; one character for each byte. */
  async ask(command: string | Uint8Array, end: string, seconds: number): Promise<string> {
    this.replies.clear()
    await this.send(command)
    return this.replies.until(end, this.#clock, seconds)
  }

  pause(seconds: number): Promise<void> {
    return sleep(this.#clock, seconds)
  }
}
