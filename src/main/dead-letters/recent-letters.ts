/** What has been refused lately, without its samples: those lie in files, and the host has no time. */
import type { DeadLetter } from '../../graph/index.ts'
import type { ErrorNote, StreamId } from '../../signal/index.ts'

export interface RecentLetter {
  readonly number: number
  /** Id under which the graph was opened. */
  readonly graph: string
  readonly node: string
  readonly port: string
  readonly reason: DeadLetter['reason']
  readonly note: ErrorNote
  /** Of its stream in the file. */
  readonly stream: StreamId
  readonly file: string
  readonly firstSample: number
  readonly frames: number
  /** Of its first frame, seconds. */
  readonly time: number
}

/** Of all nodes together, the newest. */
const mostLetters = 2000
/** Of one node, as they are listed. */
const mostListed = 200

interface NodeAccount {
  written: number
  newest: ErrorNote
}

export class RecentLetters {
  readonly #letters: RecentLetter[] = []
  readonly #accounts = new Map<string, NodeAccount>()
  #next = 1

  add(letter: Omit<RecentLetter, 'number'>): void {
    this.#letters.push({ ...letter, number: this.#next++ })
    if (this.#letters.length > 2 * mostLetters) this.#letters.splice(0, mostLetters)
    const key = keyOf(letter.graph, letter.node)
    const account = this.#accounts.get(key)
    this.#accounts.set(key, { written: (account?.written ?? 0) + 1, newest: letter.note })
  }

  /** Since the host began, and the newest failure. */
  account(graph: string, node: string): Readonly<NodeAccount> | undefined {
    return this.#accounts.get(keyOf(graph, node))
  }

  /** The newest first. */
  of(graph: string, node: string): readonly RecentLetter[] {
    const found = this.#letters.filter((each) => each.graph === graph && each.node === node)
    return found.slice(-mostListed).reverse()
  }

  numbered(number: number): RecentLetter | undefined {
    return this.#letters.find((each) => each.number === number)
  }
}

function keyOf(graph: string, node: string): string {
  return `${graph} ${node}`
}
