/**
 * What is sent by LSL, as the host sees it: which streams, and how they fare. The thread that sends
 * begins with the first of them.
 */
import type { LslSending } from '../contract/index.ts'
import type { Clock, ErrorNote, LslTransport, Marker } from '../signal/index.ts'
import type {
  OutletOrder,
  OutletReport,
  OutletStatus,
  SentSource,
  ThreadData,
} from '../workers/index.ts'
import type { LinkStream } from './device-link.ts'
import type { Processing } from './processing.ts'
import { newThreadData, SupervisedWorker } from './supervised-worker.ts'

export interface LslOutputContext {
  readonly clock: Clock
  readonly lsl: LslTransport
  /** What there is to be sent now. */
  sources(sending: LslSending): readonly SentSource[]
  changed(): void
  trouble(about: string, level: 'warning' | 'fault', note: ErrorNote): void
}

/** Envelopes are for screens. */
export function sentSources(
  sending: LslSending,
  streams: readonly LinkStream[],
  outputs: ReturnType<Processing['outputs']>,
): SentSource[] {
  if (sending === 'nothing') return []
  const raw = streams.map(({ info, writer }) => ({ key: info.id, info, ring: writer.shared }))
  if (sending === 'devices') return raw
  const derived = outputs
    .filter(({ output }) => output.name !== 'display')
    .map(({ lane, output: { id, name, info, ring } }) => ({
      key: id,
      info: { ...info, id: `${lane}/${name}` },
      ring,
    }))
  return [...raw, ...derived]
}

export class LslOutput {
  readonly #context: LslOutputContext
  readonly #sources = new Map<string, SentSource>()
  readonly #uids = new Map<string, string>()
  #worker: SupervisedWorker<ThreadData, OutletOrder, OutletReport> | null = null
  #sending: LslSending = 'nothing'
  #status: readonly OutletStatus[] = []

  constructor(context: LslOutputContext) {
    this.#context = context
  }

  get sending(): LslSending {
    return this.#sending
  }

  /** Samples that the network's thread was too slow for. */
  get dropped(): number {
    return this.#status.reduce((sum, { dropped }) => sum + dropped, 0)
  }

  /** Streams that somebody receives. */
  get received(): number {
    return this.#status.filter(({ hasReceivers }) => hasReceivers).length
  }

  /** Streams that stand on the network. */
  get open(): number {
    return this.#uids.size
  }

  set(sending: LslSending): void {
    this.#sending = sending
    this.update()
    this.#context.changed()
  }

  /** To be called when streams came or went. */
  update(): void {
    const wanted = new Map(
      this.#context.sources(this.#sending).map((source) => [source.key, source]),
    )
    for (const key of this.#sources.keys()) if (!wanted.has(key)) this.#remove(key)
    for (const source of wanted.values()) if (!this.#sources.has(source.key)) this.#add(source)
  }

  marker(marker: Marker): void {
    if (this.#sending !== 'nothing') this.#worker?.send({ kind: 'marker', marker })
  }

  async end(): Promise<void> {
    await this.#worker?.close()
  }

  #add(source: SentSource): void {
    this.#sources.set(source.key, source)
    if (this.#worker) this.#worker.send({ kind: 'add', source })
    else this.#begin()
  }

  #begin(): void {
    const owner = {
      started: () => this.#started(),
      report: (report: OutletReport) => this.#reported(report),
      died: (note: ErrorNote) => this.#context.trouble('LSL', 'fault', note),
    }
    this.#worker = new SupervisedWorker('outlet', newThreadData(), this.#context.clock, owner)
    this.#started()
  }

  #remove(key: string): void {
    this.#sources.delete(key)
    this.#uids.delete(key)
    this.#status = this.#status.filter((each) => each.key !== key)
    this.#worker?.send({ kind: 'remove', key })
  }

  #started(): void {
    for (const source of this.#sources.values()) this.#worker?.send({ kind: 'add', source })
  }

  #reported(report: OutletReport): void {
    if (report.kind === 'opened') {
      this.#uids.set(report.key, report.uid)
      this.#context.lsl.hide([...this.#uids.values()])
      this.#context.changed()
    } else if (report.kind === 'failed') {
      const name = this.#sources.get(report.key)?.info.name ?? 'LSL'
      this.#context.trouble(name, 'warning', report.note)
    } else this.#status = report.streams
  }
}
