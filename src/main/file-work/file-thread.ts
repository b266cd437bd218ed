/** The host's side of the thread for files: questions and answers, and an end that is final. */
import { Worker } from 'node:worker_threads'
import { errorFromNote, reasonOf, SynapseError } from '../../signal/index.ts'
import type { FileAnswers, FileOrder, FileReply, FileRequest } from './orders.ts'
import { Progress } from './progress.ts'

/** Left alone, the memory for young objects grows to 100 MB while a long recording passes through. */
const resourceLimits = { maxYoungGenerationSizeMb: 24 }

interface Waiting {
  resolve(answer: unknown): void
  reject(error: SynapseError): void
}

export class FileThread {
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #next = 0

  /** One after the other. @throws SynapseError what the work throws, worker-died, cancelled */
  ask<K extends FileOrder['kind']>(
    order: Extract<FileOrder, { kind: K }>,
    progress = new Progress(),
  ): Promise<FileAnswers[K]> {
    const number = this.#next++
    const request: FileRequest = { number, order, progress: progress.shared }
    this.#worker ??= this.#start()
    this.#worker.postMessage(request)
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
    }) as Promise<FileAnswers[K]>
  }

  /** Gives up whatever it does, at once: for work that writes nothing. */
  async giveUp(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    this.#refuse(new SynapseError('cancelled', 'working on files: it was cancelled'))
    await worker?.terminate()
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./thread.${extension}`, import.meta.url), { resourceLimits })
    worker.on('message', (reply: FileReply) => {
      const waiting = this.#waiting.get(reply.number)
      this.#waiting.delete(reply.number)
      if ('answer' in reply) waiting?.resolve(reply.answer)
      else waiting?.reject(errorFromNote(reply.note))
    })
    let reason = 'it ended'
    worker.on('error', (error) => {
      reason = reasonOf(error)
    })
    worker.on('exit', () => {
      if (this.#worker !== worker) return
      this.#worker = null
      this.#refuse(
        new SynapseError('worker-died', `working on files: ${reason}`, {
          remedy: 'Try it again; if this repeats, report it with the message above.',
        }),
      )
    })
    // Nothing that it does keeps a program running that has nothing else to do.
    worker.unref()
    return worker
  }

  #refuse(error: SynapseError): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
