/**
 * The store behind simulated lanes, and its writer, which is as late as chance will have it. A thread
 * may be made to die in the middle of anything that it does with the store.
 */
import {
  applyBatch,
  type Batch,
  type LiveKeyed,
  MemoryTable,
  newGraphKeyed,
  newStrongClient,
  type Table,
} from '../../src/store/index.ts'
import type { Random } from './random.ts'

/** One that dies ever sooner gets nowhere. */
const mostDeaths = 6

export class KeptWriter {
  readonly table = new MemoryTable()
  /** The thread is dead: what it still does is nothing. */
  isDead = false
  /** Nobody dies of it. */
  isSpared = true
  readonly #random: Random
  readonly #deathShare: number
  #sent: Batch[] = []
  #deaths = 0

  /** @param deathShare of all that is done with the store, so much is the last thing done */
  constructor(random: Random, deathShare: number) {
    this.#random = random
    this.#deathShare = deathShare
  }

  /** For one lane of a graph; the thread that takes over from it asks for another. */
  keyed(name: string): LiveKeyed {
    const live = {
      send: (batch: Batch) => void this.#sent.push(structuredClone(batch)),
      write: (batch: Batch) => {
        this.#mayDie()
        this.writeAll()
        applyBatch(this.table, structuredClone(batch))
        this.#mayDie()
      },
    }
    const keyed = newGraphKeyed(this.#mortal(), {
      name,
      epochSeconds: 0,
      flushSeconds: this.#random.pick([0, 0.05, 1]),
      live,
    })
    return {
      ...keyed,
      get isUsed() {
        return keyed.isUsed
      },
      get isFarAhead() {
        return keyed.isFarAhead
      },
      saved: () => {
        this.#mayDie()
        return keyed.saved()
      },
      // The snapshot is whole; nothing knows of it yet.
      cover: (now) => {
        this.#mayDie()
        keyed.cover(now)
      },
    }
  }

  /** Writes some of what was sent. */
  writeSome(): void {
    for (let n = this.#random.between(0, 3); n > 0 && this.#sent.length > 0; n--) {
      applyBatch(this.table, this.#sent.shift()!)
    }
  }

  writeAll(): void {
    for (const batch of this.#sent.splice(0)) applyBatch(this.table, batch)
  }

  /** What was on its way may be lost. */
  lose(): void {
    // It goes on from a snapshot in one piece, or yet another one does.
    this.isSpared = true
    if (this.#random.chance(0.3)) this.#sent = []
    else this.writeAll()
    this.isDead = false
  }

  goesOn(): void {
    this.isSpared = false
  }

  #mortal(): Table {
    const { table } = this
    return new Proxy(table, {
      get: (_target, name) => {
        const found = table[name as keyof MemoryTable] as unknown
        if (typeof found !== 'function') return found
        return (...given: unknown[]) => {
          this.#mayDie()
          return found.apply(table, given)
        }
      },
    })
  }

  #mayDie(): void {
    if (this.isSpared) return
    const dies = this.#deaths < mostDeaths && this.#random.chance(this.#deathShare)
    if (!dies && !this.isDead) return
    if (!this.isDead) this.#deaths++
    this.isDead = true
    throw new Error('the thread dies')
  }
}

/** Every entry that lives at `time`, with its value and the end of its life. */
export function contentsOf(table: MemoryTable, time: number): unknown[] {
  const rows: unknown[] = []
  const client = newStrongClient(table)
  client.scan('', time, (key, value) => {
    rows.push([key, value, table.get(key)!.deadline])
  })
  return rows
}
