/**
 * Recordings that windows look at: a thread for each, so that building an overview of gigabytes
 * holds up nothing live. Asked by calls, which are answered in the order of the thread.
 */
import { isAbsolute, join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Handlers } from '../../contract/index.ts'
import { type ErrorNote, errorFromNote, reasonOf, SynapseError } from '../../signal/index.ts'
import type { ReviewAnswer, ReviewAsks, ReviewQuestion, ReviewWork } from './review-messages.ts'

/** One more, and the one that was asked least recently is closed. */
const mostOpen = 4
const patienceMs = 5000
/** Beside the recordings: what may be deleted at any time, and is then built again. */
const overviewFolderName = 'overviews'

interface Waiting {
  resolve(result: never): void
  reject(error: SynapseError): void
}

class ReviewThread {
  readonly path: string
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #next = 0
  #dead: SynapseError | null = null

  constructor(work: ReviewWork) {
    this.path = work.path
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    this.#worker = new Worker(new URL(`./review-thread.${extension}`, import.meta.url), {
      workerData: work,
    })
    this.#worker.on('message', (answer: ReviewAnswer) => this.#answered(answer))
    this.#worker.on('error', (error) => this.#died(reasonOf(error)))
    this.#worker.on('exit', () => this.#died('its thread ended'))
  }

  ask<M extends keyof ReviewAsks>(
    method: M,
    params: ReviewAsks[M]['params'],
  ): Promise<ReviewAsks[M]['result']> {
    if (this.#dead) return Promise.reject(this.#dead)
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      const question: ReviewQuestion = { id, method, params }
      this.#worker.postMessage(question)
    })
  }

  /** What is half built is removed first; a thread that hangs is ended without. */
  async end(): Promise<void> {
    if (this.#dead) return
    this.#dead = closed(this.path)
    const gone = new Promise((resolve) => this.#worker.once('exit', resolve))
    const patience = setTimeout(() => void this.#worker.terminate(), patienceMs)
    this.#worker.postMessage({ id: -1, method: 'close', params: {} } satisfies ReviewQuestion)
    await gone
    clearTimeout(patience)
  }

  #answered(answer: ReviewAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if ('note' in answer) waiting?.reject(errorFromNote(answer.note as ErrorNote))
    else waiting?.resolve(answer.result as never)
  }

  #died(reason: string): void {
    this.#dead ??= new SynapseError('worker-died', `looking at ${this.path}: ${reason}`, {
      remedy: 'Open the recording again.',
    })
    for (const { reject } of this.#waiting.values()) reject(this.#dead)
    this.#waiting.clear()
  }
}

export class ReviewDesk {
  readonly #folder: string
  /** In the order of their use, the latest last. */
  readonly #open = new Map<string, ReviewThread>()
  #count = 0

  /** @param folder of the recordings */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** @param named relative to the folder of the recordings, where it is not absolute */
  open(named: string): string {
    const path = isAbsolute(named) ? named : resolve(this.#folder, named)
    for (const review of this.#open.keys()) {
      if (this.#open.size < mostOpen) break
      this.close(review)
    }
    const review = `review-${++this.#count}`
    const folder = join(this.#folder, overviewFolderName)
    this.#open.set(review, new ReviewThread({ path, folder }))
    return review
  }

  /** @throws SynapseError not-ready for one that was closed, and what reading throws */
  async ask<M extends keyof ReviewAsks>(
    review: string,
    method: M,
    params: ReviewAsks[M]['params'],
  ): Promise<ReviewAsks[M]['result']> {
    const thread = this.#open.get(review)
    if (!thread) throw closed(review)
    this.#open.delete(review)
    this.#open.set(review, thread)
    return thread.ask(method, params)
  }

  close(review: string): void {
    const thread = this.#open.get(review)
    this.#open.delete(review)
    void thread?.end()
  }

  async end(): Promise<void> {
    await Promise.all([...this.#open.values()].map((thread) => thread.end()))
    this.#open.clear()
  }
}

function closed(what: string): SynapseError {
  return new SynapseError('not-ready', `looking at ${what}: it was closed`, {
    remedy: 'Open the recording again.',
  })
}

type ReviewMethod = Extract<keyof Handlers, `review.${string}`>

export function reviewHandlers(desk: ReviewDesk): Pick<Handlers, ReviewMethod> {
  return {
    'review.open': ({ path }) => ({ review: desk.open(path) }),
    'review.progress': ({ review }) => desk.ask(review, 'progress', {}),
    'review.describe': ({ review }) => desk.ask(review, 'describe', {}),
    'review.page': (query) => desk.ask(query.review, 'page', query),
    'review.close': ({ review }) => {
      desk.close(review)
      return {}
    },
  }
}
