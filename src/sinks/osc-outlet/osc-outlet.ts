/**
 * Streams sent by OSC: a bundle has the time of its first frame, its index (`/ID/sample`), and a
 * message of floats for each frame (`/ID`). Once a second `/ID/channels` and `/ID/rate` say what they
 * are. Markers are `/markers` with label, value (NaN: none), duration and source.
 */
import { OscBundle, oscAddress } from '../../network/index.ts'
import { assert, type Chunk, type Marker, type Sink, type StreamInfo } from '../../signal/index.ts'
import { comfortableBytes, RowCutter } from '../_network/sent-rows.ts'

/** The longest that UDP carries. */
const mostBytes = 65_000

interface OscStream {
  readonly cutter: RowCutter
  readonly address: string
}

export class OscOutlet implements Sink {
  readonly #send: (bytes: Uint8Array) => void
  readonly #epochSeconds: number
  readonly #streams = new Map<string, OscStream>()
  readonly #bundle = new OscBundle(mostBytes)

  /** @param epochSeconds since 1970 at time 0 of the host's clock */
  constructor(send: (bytes: Uint8Array) => void, epochSeconds: number) {
    this.#send = send
    this.#epochSeconds = epochSeconds
  }

  addStream(info: StreamInfo): void {
    const address = oscAddress(info.id)
    const frameBytes = 16 + 2 * address.length + 5 * info.channels.length
    const mostFrames = (comfortableBytes - 80 - address.length) / frameBytes
    this.#streams.set(info.id, { cutter: new RowCutter(info, mostFrames), address })
    this.describe()
  }

  removeStream(stream: string): void {
    this.#streams.delete(stream)
  }

  /** For those who began to listen since. */
  describe(): void {
    for (const { cutter, address } of this.#streams.values()) {
      const { channels, nominalRateHz } = cutter.info
      const labels = channels.map(({ label }) => label)
      const bytes = labels.reduce(
        (sum, label) => sum + 8 + 3 * label.length,
        256 + 2 * address.length,
      )
      if (bytes > mostBytes) continue
      this.#bundle.begin(this.#epochSeconds)
      this.#bundle.message(`${address}/channels`, labels)
      this.#bundle.message(`${address}/rate`, [nominalRateHz])
      this.#send(this.#bundle.bytes)
    }
  }

  write(stream: string, chunk: Chunk): void {
    const sent = this.#streams.get(stream)
    assert(sent, `stream ${stream} was added before its first chunk`)
    const { cutter, address } = sent
    const channels = cutter.info.channels.length
    cutter.cut(chunk, ({ values, times, firstSample, frames }) => {
      this.#bundle.begin(this.#epochSeconds + times[0]!)
      this.#bundle.message(`${address}/sample`, [firstSample])
      for (let f = 0; f < frames; f++) this.#bundle.floats(address, values, f * channels, channels)
      this.#send(this.#bundle.bytes)
    })
  }

  /** The index jumps. */
  gap(): void {}

  marker({ time, label, value = Number.NaN, durationSeconds, source }: Marker): void {
    this.#bundle.begin(this.#epochSeconds + time)
    this.#bundle.message('/markers', [label, value, durationSeconds, source])
    this.#send(this.#bundle.bytes)
  }

  flush(): void {}

  close(): void {
    this.#streams.clear()
  }
}
