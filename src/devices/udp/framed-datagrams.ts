/** Datagrams of one or several frames of bytes, which a file describes as it does those of a port. */
import { type Channel, SynapseError } from '../../signal/index.ts'
import { binaryShape } from '../_described/binary.ts'
import type { BoardDescription } from '../_described/description.ts'
import type { ValueListener, ValueMessage } from '../_network/value-session.ts'
import type { FrameShape } from '../_session/framed-stream.ts'

type ChannelField = Pick<Channel, 'unit' | 'scale' | 'offset'> & {
  readonly labels: readonly string[]
}

/** What of the stream the description says. */
export type FramedDescription = Pick<ValueMessage, 'labels' | 'units' | 'type' | 'rateHz'>

export class FramedDatagrams {
  readonly described: FramedDescription
  readonly #shape: FrameShape
  readonly #rateHz: number
  readonly #scales: Float64Array
  readonly #offsets: Float64Array
  /** Lent with the message. */
  readonly #row: Float64Array
  readonly #message: ValueMessage
  /** Index and arrival of the latest frame; the index counts on where the counter begins again. */
  #latest = Number.NaN
  #arrivedAt = 0

  /** @throws SynapseError bad-option for lines, which need no description */
  constructor({ format, rateHz, type }: BoardDescription) {
    if (format.kind !== 'binary') {
      throw new SynapseError(
        'bad-option',
        'reading the description: datagrams of lines need none',
        {
          remedy: 'Leave the description away; the option "counter" says which column counts.',
        },
      )
    }
    this.#shape = binaryShape(format)
    this.#rateHz = rateHz
    const fields: ChannelField[] = format.fields.flatMap((field) =>
      field.field === 'channels' ? [field] : [],
    )
    const each = <T>(of: (field: ChannelField) => T) =>
      fields.flatMap((field) => field.labels.map(() => of(field)))
    const labels = fields.flatMap((field) => field.labels)
    this.described = { labels, units: each(({ unit }) => unit), type, rateHz }
    this.#scales = Float64Array.from(each(({ scale }) => scale))
    this.#offsets = Float64Array.from(each(({ offset }) => offset))
    this.#row = new Float64Array(labels.length)
    this.#message = {
      ...{ stream: '', sample: Number.NaN, rows: [this.#row] },
      ...{ labels: null, units: null, type: null, rateHz: null },
    }
  }

  get isCounted(): boolean {
    return this.#shape.turn > 0
  }

  read(bytes: Uint8Array, hostTime: number, listener: ValueListener): void {
    const { measure, kindOf, decode, counter } = this.#shape
    for (let at = 0; at < bytes.length; ) {
      const length = measure(bytes, at, bytes.length, true)
      if (length <= 0) {
        listener.refused()
        return
      }
      if (!kindOf || kindOf(bytes, at, length, hostTime) === 'samples') {
        decode(bytes, at, this.#row, 0, length)
        for (let c = 0; c < this.#row.length; c++) {
          this.#row[c] = this.#row[c]! * this.#scales[c]! + this.#offsets[c]!
        }
        const sample = this.isCounted
          ? this.#indexOf(counter(bytes, at, length), hostTime)
          : Number.NaN
        listener.message({ ...this.#message, sample }, hostTime)
      }
      at += length
    }
  }

  /** Half a turn ahead is a loss, half a turn back is late; whole turns only time can tell. */
  #indexOf(counter: number, hostTime: number): number {
    const { turn } = this.#shape
    if (Number.isNaN(this.#latest)) {
      this.#latest = counter
      this.#arrivedAt = hostTime
      return counter
    }
    let jump = (((counter - this.#latest) % turn) + turn) % turn
    const passed = (hostTime - this.#arrivedAt) * this.#rateHz
    if (jump > turn / 2 && passed < turn / 2) jump -= turn
    const turns = Math.max(0, Math.round((passed - jump) / turn))
    const index = this.#latest + jump + turns * turn
    if (index < this.#latest) return Math.max(0, index)
    this.#latest = index
    this.#arrivedAt = hostTime
    return index
  }
}
