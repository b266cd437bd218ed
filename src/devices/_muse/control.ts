/**
 * Talking to any Muse. A command is its length with the line feed, the text, and a line feed; an
 * answer is JSON, in notifications that are a length and at most 19 characters.
 */
import { type BleLink, bleUuid, type Clock, sleep } from '../../signal/index.ts'

export const museService = bleUuid('fe8d')
export const museCharacteristic = (id: string) => bleUuid(`273e00${id}-4c4d-454d-96be-f03bac821358`)
export const controlUuid = museCharacteristic('01')
/** Only an Athena has it, instead of one for each electrode. */
export const athenaDataUuid = museCharacteristic('13')

export type Answer = Readonly<Record<string, unknown>>

const pollSeconds = 0.02
const pieceLength = 19
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
    return link.write(controlUuid, commandBytes(command), false)
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

export function commandBytes(text: string): Uint8Array {
  return Uint8Array.from([text.length + 1, ...new TextEncoder().encode(`${text}\n`)])
}

/** The pieces in which an answer is sent. */
export function answerPieces(answer: Answer): Uint8Array[] {
  const text = JSON.stringify(answer)
  const pieces: Uint8Array[] = []
  for (let at = 0; at < text.length; at += pieceLength) {
    const piece = text.slice(at, at + pieceLength)
    const bytes = new Uint8Array(pieceLength + 1)
    bytes[0] = piece.length
    bytes.set(new TextEncoder().encode(piece), 1)
    pieces.push(bytes)
  }
  return pieces
}

/** What a command says; empty where it is none. */
export function commandText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(1, bytes[0] ?? 0))
}

function parsedOrNothing(text: string): Answer | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return parsed && typeof parsed === 'object' ? (parsed as Answer) : undefined
  } catch {
    return undefined
  }
}
