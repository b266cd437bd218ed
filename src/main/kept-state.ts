/**
 * What nodes of live graphs keep by key: written by a thread of its own, for all threads, so that
 * none of them waits for the disk unless it asked to. Begun with the first thing to keep.
 */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock, ErrorNote } from '../signal/index.ts'
import {
  lineCells,
  type StateData,
  type StateLine,
  type StateOrder,
  type StateReport,
} from '../workers/index.ts'
import { newThreadData, SupervisedWorker } from './supervised-worker.ts'

export class KeptState {
  readonly folder: string
  readonly #isTemporary: boolean
  readonly #clock: Clock
  readonly #trouble: (level: 'warning' | 'fault', note: ErrorNote) => void
  readonly #lines = new Map<string, StateLine>()
  #worker: SupervisedWorker<StateData, StateOrder, StateReport> | null = null
  #hasEnded = false

  /** @param folder null: it is kept until the end, and no longer */
  constructor(
    folder: string | null,
    clock: Clock,
    trouble: (level: 'warning' | 'fault', note: ErrorNote) => void,
  ) {
    this.#isTemporary = folder === null
    this.folder = folder ?? join(tmpdir(), `synapse-state-${crypto.randomUUID()}`)
    this.#clock = clock
    this.#trouble = trouble
  }

  /** The same for every thread that has this name, one after the other. */
  line(thread: string): StateLine {
    const known = this.#lines.get(thread)
    if (known) return known
    const cells = new SharedArrayBuffer(4 * lineCells.count)
    const line = { channel: `synapse-state ${crypto.randomUUID()}`, cells }
    this.#lines.set(thread, line)
    this.#worker?.send({ kind: 'listen', line })
    return line
  }

  /** Some thread has something to keep. */
  begin(): void {
    if (this.#worker || this.#hasEnded) return
    const data = { ...newThreadData(), folder: this.folder }
    // `started` is called before the worker is known here: the orders go behind it.
    this.#worker = new SupervisedWorker<StateData, StateOrder, StateReport>(
      'state',
      data,
      this.#clock,
      {
        started: () => this.#listen(),
        report: ({ note }) => this.#trouble('warning', note),
        died: (note) => this.#trouble('fault', note),
      },
      false,
    )
    this.#listen()
  }

  async end(): Promise<void> {
    this.#hasEnded = true
    await this.#worker?.close()
    if (this.#isTemporary) rmSync(this.folder, { recursive: true, force: true })
  }

  #listen(): void {
    for (const line of this.#lines.values()) this.#worker?.send({ kind: 'listen', line })
  }
}
