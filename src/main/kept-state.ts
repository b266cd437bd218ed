/**
 * What nodes of live graphs keep by key: written here, for all threads, so that none of them waits
 * for the disk. Opened with the first thing to keep.
 */
import type { ErrorNote } from '../signal/index.ts'
import { asSynapseError } from '../signal/index.ts'
import { applyBatch, type Batch, LmdbTable } from '../store/index.ts'

export class KeptState {
  readonly #folder: string | null
  readonly #trouble: (note: ErrorNote) => void
  #table: LmdbTable | null = null
  #written: Promise<unknown> = Promise.resolve()

  /** @param folder null: nothing is kept */
  constructor(folder: string | null, trouble: (note: ErrorNote) => void) {
    this.#folder = folder
    this.#trouble = trouble
  }

  /** In the order of the calls. */
  write(batch: Batch): void {
    const folder = this.#folder
    if (folder === null) return
    this.#written = this.#written
      .then(() => {
        this.#table ??= new LmdbTable(folder)
        const table = this.#table
        applyBatch(table, batch)
      })
      .catch((error) => this.#trouble(asSynapseError(error, 'keeping the state of nodes').note))
  }

  async end(): Promise<void> {
    await this.#written
    await this.#table?.close()
    this.#table = null
  }
}
