/**
 * The sandboxed nodes of the live graphs, each in a thread of its own. One that fails is told of
 * and started again after a while, with its state anew; one that keeps failing stays stopped until
 * its graph is changed. Nobody else notices.
 */
import type { Cancel, Clock, ErrorNote } from '../signal/index.ts'
import type { CallLine } from '../workers/index.ts'
import { SandboxThread } from './sandbox-thread.ts'
import type { TracedThread } from './tracing.ts'

/** Waits before the first, second … restart; after the last one there is none. */
const restartSeconds = [0.5, 2, 10] as const
/** After so long without trouble the waits begin anew. */
const calmSeconds = 60
/** Each may take a thread and 64 MiB. */
const mostSandboxes = 16

interface Entry {
  readonly call: CallLine
  readonly about: string
  thread: SandboxThread | null
  failures: number
  startedAt: number
  cancelRestart: Cancel
}

export class Sandboxes {
  readonly #clock: Clock
  readonly #trouble: (about: string, note: ErrorNote) => void
  readonly #entries = new Map<string, Entry>()

  constructor(clock: Clock, trouble: (about: string, note: ErrorNote) => void) {
    this.#clock = clock
    this.#trouble = trouble
  }

  /** @param about whom a notice is about: the stream */
  open(call: CallLine, about: string): void {
    if (this.#entries.size >= mostSandboxes) {
      this.#trouble(about, {
        code: 'graph-invalid',
        message: `opening node "${call.node}" (sandbox): ${mostSandboxes} run already`,
        remedy: 'Take another sandboxed node out of the graph first.',
      })
      return
    }
    const cancelRestart = () => {}
    const entry: Entry = { call, about, thread: null, failures: 0, startedAt: 0, cancelRestart }
    this.#entries.set(call.id, entry)
    this.#start(entry, 'oldest')
  }

  close(id: string): void {
    const entry = this.#entries.get(id)
    this.#entries.delete(id)
    entry?.cancelRestart()
    void entry?.thread?.end()
  }

  get traces(): TracedThread[] {
    return [...this.#entries.values()].flatMap(({ call, thread }) =>
      thread ? [{ name: `sandbox ${call.node}`, trace: thread.trace }] : [],
    )
  }

  async end(): Promise<void> {
    const threads = [...this.#entries.values()].map(({ thread }) => thread)
    for (const id of [...this.#entries.keys()]) this.close(id)
    await Promise.all(threads.map((thread) => thread?.end()))
  }

  #start(entry: Entry, from: 'oldest' | 'now'): void {
    entry.startedAt = this.#clock.now()
    entry.thread = new SandboxThread(entry.call, from, this.#clock, {
      failed: (note, wasOpen) => this.#failed(entry, note, wasOpen),
      late: (skipped) => this.#late(entry, skipped),
    })
  }

  /** A module that could not even be opened would fail in the same way again. */
  #failed(entry: Entry, note: ErrorNote, wasOpen: boolean): void {
    entry.thread = null
    if (this.#clock.now() - entry.startedAt > calmSeconds) entry.failures = 0
    const wait = wasOpen ? restartSeconds[entry.failures++] : undefined
    this.#trouble(entry.about, { ...note, remedy: remedyOf(note, wait) })
    if (wait === undefined) return
    entry.cancelRestart = this.#clock.after(wait, () => this.#start(entry, 'now'))
  }

  #late(entry: Entry, skipped: number): void {
    const { node, target } = entry.call
    this.#trouble(entry.about, {
      code: 'node-failed',
      message: `running node "${node}" (sandbox), module ${target}: it is too slow, ${skipped} samples were skipped`,
      remedy: 'Give it fewer channels or a lower rate; the rest of the graph is not held up.',
    })
  }
}

function remedyOf(note: ErrorNote, wait: number | undefined): string {
  if (wait !== undefined) return `It starts again in ${wait} s, with its state anew.`
  if (note.code !== 'node-failed') return note.remedy
  return 'It stays stopped until the graph is changed; everything else goes on.'
}
