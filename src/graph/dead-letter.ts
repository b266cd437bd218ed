/**
 * What a node refused, kept: the chunk with its identity and times, and why. The queue holds letters
 * where they arise until somebody takes them; it is bounded, and counts what it had to drop.
 */
import { type Chunk, type ErrorNote, newChunkBuffer, type StreamInfo } from '../signal/index.ts'
import { copyFrames } from './copy-frames.ts'
import type { Refusal } from './delivery.ts'

/** Plain data: it crosses threads as it is. */
export interface DeadLetter {
  readonly node: string
  readonly port: string
  /** Of the stream that the port is fed. */
  readonly info: StreamInfo
  readonly reason: Refusal['reason']
  readonly note: ErrorNote
  readonly chunk: Chunk
}

/** Undefined for a gap, of which there is nothing to keep. */
export function deadLetter({ node, port, info, reason, chunk, error }: Refusal) {
  if (!chunk || info.sampleFormat === 'json') return undefined
  const channels = info.channels.length
  const copy = newChunkBuffer({ format: info.sampleFormat, channels, maxFrames: chunk.frames })
  copyFrames(chunk, 0, chunk.frames, copy)
  return { node, port, info, reason, note: error.note, chunk: copy } satisfies DeadLetter
}

/** What a letter takes, beside the words. */
export function letterBytes({ chunk }: DeadLetter): number {
  return chunk.data.byteLength + chunk.time.byteLength + chunk.hostTime.byteLength
}

export interface LetterLimits {
  readonly bytes: number
  readonly letters: number
}

export class DeadLetterQueue {
  readonly #limits: LetterLimits
  #letters: DeadLetter[] = []
  #bytes = 0
  #dropped = 0

  constructor(limits: LetterLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#letters.length
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The oldest make room, and are counted. */
  add(letter: DeadLetter): void {
    this.#letters.push(letter)
    this.#bytes += letterBytes(letter)
    let drop = 0
    while (this.#bytes > this.#limits.bytes || this.#letters.length - drop > this.#limits.letters) {
      this.#bytes -= letterBytes(this.#letters[drop++]!)
    }
    if (drop > 0) this.#letters.splice(0, drop)
    this.#dropped += drop
  }

  /** Empties it, the oldest first; tells how many were dropped since it was emptied last. */
  take(): { readonly letters: readonly DeadLetter[]; readonly dropped: number } {
    const taken = { letters: this.#letters, dropped: this.#dropped }
    this.#letters = []
    this.#bytes = 0
    this.#dropped = 0
    return taken
  }
}
