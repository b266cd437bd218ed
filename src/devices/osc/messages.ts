/**
 * From OSC messages to rows: the numbers of a message are a row. Senders like our own outlet put the
 * index of the next row before it (`/eeg/sample`), and say now and then what the channels are
 * (`/eeg/channels`, `/eeg/rate`).
 */
import { type OscValue, readOsc } from '../../network/index.ts'
import type { ValueListener, ValueMessage } from '../_network/value-session.ts'

const mostStreams = 64

export class OscRows {
  readonly #listener: ValueListener
  /** Index of the next row of a stream, where its sender tells. */
  readonly #samples = new Map<string, number>()
  #hostTime = 0

  constructor(listener: ValueListener) {
    this.#listener = listener
  }

  datagram(bytes: Uint8Array, hostTime: number): void {
    this.#hostTime = hostTime
    const isSound = readOsc(bytes, { message: (address, values) => this.#message(address, values) })
    if (!isSound) this.#listener.refused()
    // An index is worth nothing beyond its datagram: the next may be lost.
    this.#samples.clear()
  }

  #message(address: string, values: readonly OscValue[]): void {
    const at = address.lastIndexOf('/')
    const [stream, word] = [address.slice(0, at), address.slice(at + 1)]
    const [first] = values
    if (word === 'sample' && values.length === 1 && typeof first === 'number') {
      if (this.#samples.size < mostStreams) this.#samples.set(stream, first)
    } else if (word === 'channels' && values.every((each) => typeof each === 'string')) {
      this.#tell({ stream, labels: values as readonly string[] })
    } else if (word === 'rate' && values.length === 1 && typeof first === 'number') {
      this.#tell({ stream, rateHz: first })
    } else if (values.length > 0 && values.every((each) => typeof each === 'number')) {
      this.#row(address, values as readonly number[])
    }
  }

  #row(stream: string, row: readonly number[]): void {
    const sample = this.#samples.get(stream) ?? Number.NaN
    if (!Number.isNaN(sample)) this.#samples.set(stream, sample + 1)
    this.#tell({ stream, sample, rows: [row] })
  }

  #tell(message: Partial<ValueMessage>): void {
    this.#listener.message({ ...empty, ...message }, this.#hostTime)
  }
}

const empty: ValueMessage = {
  stream: '',
  labels: null,
  units: null,
  type: null,
  rateHz: null,
  sample: Number.NaN,
  rows: [],
}
