/**
 * Snapshots of a table that hold only what has changed since the one before. A base and the
 * increments after it are the whole; a chain of them is merged before it holds twice as much as the
 * base, so that what a change costs stays the same however long the chain goes on.
 */
import { SynapseError } from '../signal/index.ts'
import { rowsAt } from './clients.ts'
import type { Table, Write } from './table.ts'

export interface Increment {
  /** 0 for a base: everything, and nothing deleted. */
  readonly since: number
  readonly upTo: number
  readonly writes: readonly Write[]
}

/**
 * What has changed under a prefix since `since`. Everything, as a base, where that cannot be told any
 * more: too much was deleted, or the table is another one.
 * @param since `upTo` of the increment before; 0 for everything
 */
export function incrementOf(table: Table, since: number, prefix = ''): Increment {
  table.refresh()
  const upTo = table.sequence
  const writes: Write[] = []
  const isBase = since <= 0 || since < table.forgotten || since > upTo
  if (isBase) {
    table.scan(prefix, (key, { value, deadline }) => writes.push({ key, value, deadline }))
  } else {
    table.changes(since, (write) => {
      if (write.key.startsWith(prefix)) writes.push(write)
    })
  }
  return { since: isBase ? 0 : since, upTo, writes }
}

/** Makes what stands under a prefix equal to a base; all at once. */
export function restoreBase(table: Table, base: Increment, prefix = ''): void {
  table.exclusive(() => {
    const wanted = new Set(base.writes.map(({ key }) => key))
    const gone = rowsAt(table, prefix, Number.NEGATIVE_INFINITY, [])
      .filter(([key]) => !wanted.has(key))
      .map(([key]): Write => ({ key, value: null, deadline: Number.POSITIVE_INFINITY }))
    table.commit([...gone, ...base.writes])
  })
}

/** A chain shorter than this is not merged. */
const shortChain = 1024

export class IncrementChain {
  #base: Increment = { since: 0, upTo: 0, writes: [] }
  #increments: Increment[] = []
  #rows = 0

  /** What to ask the next increment for. */
  get upTo(): number {
    return (this.#increments.at(-1) ?? this.#base).upTo
  }

  /** Rows held: at most twice those of the base, and a short chain's. */
  get rows(): number {
    return this.#base.writes.length + this.#rows
  }

  /** @throws SynapseError graph-invalid for one that does not follow the last */
  add(increment: Increment): void {
    if (increment.since === 0) {
      this.#base = increment
      this.#increments = []
      this.#rows = 0
      return
    }
    if (increment.since !== this.upTo) {
      const what = `adding a snapshot since ${increment.since} to one up to ${this.upTo}`
      throw new SynapseError('graph-invalid', `${what}: there is a hole between them`)
    }
    this.#increments.push(increment)
    this.#rows += increment.writes.length
    if (this.#rows > Math.max(shortChain, this.#base.writes.length)) this.add(this.base())
  }

  /** Base and increments as one. */
  base(): Increment {
    return { since: 0, upTo: this.upTo, writes: mergeWrites(this.#base, ...this.#increments) }
  }
}

function mergeWrites(...increments: readonly Increment[]): Write[] {
  const merged = new Map<string, Write>()
  for (const { writes } of increments) {
    for (const write of writes) {
      if (write.value) merged.set(write.key, write)
      else merged.delete(write.key)
    }
  }
  return [...merged.values()]
}
