/** The Muse's answers: JSON, in pieces of at most 19 characters. */
import { type BleLink, type Clock, sleep } from '../../signal/index.ts'
import { commandBytes, uuids } from './packet.ts'

export type Answer = Readonly<Record<string, unknown>>

const pollSeconds = 0.02
/** No answer is so long; what is longer is noise. */
const limit = 4096

export class MuseControl {
  #text = ''
  #answers: Answer[] = []

  piece(bytes: Uint8Array): void {
    const length = Math.min(bytes[0] ?? 0, bytes.length - 1)
    for (let i = 0; i < length; i++) this.#text += String.fromCharCode(bytes[1 + i]!)
    if (this.#text.includes('}')) this.#take()
    if (this.#text.length > limit) this.#text = ''
  }

  send(link: BleLink, command: string): Promise<void> {
    return link.write(uuids.control, commandBytes(command), false)
  }

  /** What it answers to the command, or an empty answer when it keeps silent so long. */
  async ask(link: BleLink, command: string, clock: Clock, seconds: number): Promise<Answer> {
    this.#answers = []
    await this.send(link, command)
    const deadline = clock.now() + seconds
    while (this.#answers.length === 0 && clock.now() < deadline) await sleep(clock, pollSeconds)
    return this.#answers[0] ?? {}
  }

  #take(): void {
    const end = this.#text.lastIndexOf('}') + 1
    const begin = this.#text.indexOf('{')
    const text = this.#text.slice(Math.max(0, begin), end)
    this.#text = this.#text.slice(end)
    // A piece may have been lost: what cannot be read is no answer.
    const parsed = parsedOrNothing(text)
    if (parsed) this.#answers = [...this.#answers.slice(-7), parsed]
  }
}

function parsedOrNothing(text: string): Answer | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return parsed && typeof parsed === 'object' ? (parsed as Answer) : undefined
  } catch {
    return undefined
  }
}
