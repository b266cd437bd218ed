/**
 * What is sent by OSC, UDP and WebSocket, as the host sees it: where to, which streams, and how it
 * fares. Off unless asked for. The thread that sends begins with the first target.
 */
import type { LslSending, NetworkSetup } from '../contract/index.ts'
import {
  type Clock,
  type Endpoint,
  type ErrorNote,
  errorFromNote,
  type Marker,
  type SynapseError,
} from '../signal/index.ts'
import type {
  NetworkData,
  NetworkKind,
  NetworkOrder,
  NetworkReport,
  NetworkStatus,
  NetworkTarget,
  SentSource,
} from '../workers/index.ts'
import { newThreadData, SupervisedWorker } from './supervised-worker.ts'

export interface NetworkOutputContext {
  readonly clock: Clock
  /** What there is to be sent now. */
  sources(sending: LslSending): readonly SentSource[]
  changed(): void
  trouble(about: string, level: 'warning' | 'fault', note: ErrorNote): void
}

interface Opening {
  done(at: Endpoint): void
  failed(error: SynapseError): void
}

interface OpenTarget extends NetworkTarget {
  /** Why it does not send any more. */
  readonly problem?: ErrorNote
}

export class NetworkOutput {
  /** Samples that the thread missed because it was too slow. */
  missed = 0
  readonly #context: NetworkOutputContext
  readonly #targets = new Map<string, OpenTarget>()
  readonly #opening = new Map<string, Opening>()
  readonly #sources = new Map<string, SentSource>()
  #worker: SupervisedWorker<NetworkData, NetworkOrder, NetworkReport> | null = null
  #sending: NetworkSetup['sending'] = 'devices'
  #opened = 0
  #status: readonly NetworkStatus[] = []

  constructor(context: NetworkOutputContext) {
    this.#context = context
  }

  /** Of every target, about a second old at most. */
  get status(): readonly NetworkStatus[] {
    return this.#status
  }

  get sending(): NetworkSetup['sending'] {
    return this.#sending
  }

  /** Those that are open, and those that were until something went wrong. */
  get targets(): readonly OpenTarget[] {
    return [...this.#targets.values()].filter(({ key }) => !this.#opening.has(key))
  }

  /** For all targets alike. */
  set(sending: NetworkSetup['sending']): void {
    this.#sending = sending
    this.update()
    this.#context.changed()
  }

  /**
   * @returns where it is, which matters where the port was 0
   * @throws SynapseError address-in-use, bad-option
   */
  open(kind: NetworkKind, at: Endpoint): Promise<Endpoint> {
    const target = { key: `${kind} ${at.host}:${at.port} ${++this.#opened}`, kind, at }
    this.#targets.set(target.key, target)
    const opened = new Promise<Endpoint>((done, failed) => {
      this.#opening.set(target.key, { done, failed })
    })
    if (this.#worker) this.#worker.send({ kind: 'open', target })
    else this.#begin()
    this.update()
    return opened
  }

  /** Nothing is sent there any more. */
  close(key: string): void {
    if (!this.#targets.delete(key)) return
    this.#status = this.#status.filter((each) => each.key !== key)
    this.#worker?.send({ kind: 'close', key })
    this.#context.changed()
  }

  /** To be called when streams came or went. */
  update(): void {
    if (!this.#worker) return
    const wanted = new Map(
      this.#context.sources(this.#sending).map((source) => [source.key, source]),
    )
    for (const key of this.#sources.keys()) {
      if (wanted.has(key)) continue
      this.#sources.delete(key)
      this.#worker.send({ kind: 'remove', key })
    }
    for (const source of wanted.values()) {
      if (this.#sources.has(source.key)) continue
      this.#sources.set(source.key, source)
      this.#worker.send({ kind: 'add', source })
    }
  }

  marker(marker: Marker): void {
    this.#worker?.send({ kind: 'marker', marker })
  }

  async end(): Promise<void> {
    await this.#worker?.close()
  }

  #begin(): void {
    const { clock } = this.#context
    const data = { ...newThreadData(), epochSeconds: Date.now() / 1000 - clock.now() }
    this.#worker = new SupervisedWorker<NetworkData, NetworkOrder, NetworkReport>(
      'network',
      data,
      clock,
      {
        started: () => this.#started(),
        report: (report) => this.#reported(report),
        died: (note) => this.#died(note),
      },
    )
    this.#started()
  }

  #started(): void {
    for (const target of this.#targets.values()) this.#worker?.send({ kind: 'open', target })
    for (const source of this.#sources.values()) this.#worker?.send({ kind: 'add', source })
  }

  /** It is started again by itself; who waits for a port need not wait for that. */
  #died(note: ErrorNote): void {
    this.#context.trouble('network', 'fault', note)
    for (const [key, { failed }] of this.#opening) {
      this.#targets.delete(key)
      failed(errorFromNote(note))
    }
    this.#opening.clear()
  }

  #reported(report: NetworkReport): void {
    if (report.kind === 'status') {
      this.#status = report.targets
      this.missed = report.missed
      return
    }
    const waiting = this.#opening.get(report.key)
    const target = this.#targets.get(report.key)
    this.#opening.delete(report.key)
    if (report.kind === 'opened') {
      // Should the thread begin anew, it is opened where its receivers know it.
      if (target) this.#targets.set(report.key, { ...target, at: report.at })
      waiting?.done(report.at)
    } else if (waiting) {
      this.#targets.delete(report.key)
      waiting.failed(errorFromNote(report.note))
    } else {
      if (target) this.#targets.set(report.key, { ...target, problem: report.note })
      this.#context.trouble('network', 'warning', report.note)
    }
    this.#context.changed()
  }
}
