/** A sender of one LSL stream in memory, on the test's clock: it can pause, vanish and come back. */
import type { Clock, LslInlet, LslStream, LslTransport, Samples } from '../src/signal/index.ts'
import { SynapseError } from '../src/signal/index.ts'

const description = `<?xml version="1.0"?><info><name>Amplifier</name><type>EEG</type>
<channel_count>2</channel_count><nominal_srate>250</nominal_srate>
<channel_format>float32</channel_format><source_id>amp-1</source_id><hostname>lab</hostname>
<desc><channels><channel><label>C3</label><unit>microvolts</unit><type>EEG</type></channel>
<channel><label>C4</label><unit>microvolts</unit><type>EEG</type></channel></channels>
<cap><name>standard</name></cap></desc></info>`

export const memoryStream: LslStream = {
  name: 'Amplifier',
  type: 'EEG',
  sourceId: 'amp-1',
  hostname: 'lab',
  uid: 'first',
  format: 'float32',
  channels: 2,
  rateHz: 250,
}

export class MemoryLsl implements LslTransport {
  streams: LslStream[]
  /** Host time minus the sender's. */
  offsetSeconds = 1000
  /** Whether LSL has measured that. */
  isMeasured = true
  describes: string | null = description
  isReachable = true
  /** The sender is up, and sends. */
  isUp = true
  isSending = true
  isLost = false
  wasRecovered = false
  opened = 0
  closed = 0
  readonly #clock: Clock
  readonly #rateHz: number
  #sentUntil = 0
  #sample = 0

  constructor(clock: Clock, stream = memoryStream) {
    this.#clock = clock
    this.streams = [stream]
    this.#rateHz = stream.rateHz
  }

  async find(): Promise<readonly LslStream[]> {
    return this.streams
  }

  hide(): void {}

  open(stream: LslStream): LslInlet {
    if (!this.streams.includes(stream)) throw new SynapseError('lsl-failed', 'opening: it is gone')
    this.opened++
    this.isLost = false
    let connected = false
    return {
      description: () => this.describes,
      connect: () => {
        if (!connected && this.#sentUntil === 0) this.#sentUntil = this.#clock.now()
        else if (!connected) this.#skip()
        connected = this.isReachable
        return connected
      },
      clockOffset: () => (this.isMeasured ? this.offsetSeconds : null),
      pull: (values, stamps) => {
        if (this.isLost) throw new SynapseError('link-lost', 'reading: it is gone')
        if (!connected) this.#skip()
        connected = true
        return this.#pull(values, stamps)
      },
      pullTexts: () => null,
      recovered: () => {
        const was = this.wasRecovered
        this.wasRecovered = false
        return was
      },
      close: () => void this.closed++,
    }
  }

  /** Nobody listened: what was sent is gone. */
  #skip(): void {
    const missed = Math.floor((this.#clock.now() - this.#sentUntil) * this.#rateHz + 1e-6)
    this.#sample += missed
    this.#sentUntil += missed / this.#rateHz
  }

  /** A sample's first value is its number, the second one half of it. */
  #pull(values: Samples, stamps: Float64Array): number {
    const period = 1 / this.#rateHz
    let n = 0
    while (n < stamps.length && this.#sentUntil + period <= this.#clock.now() + 1e-9) {
      this.#sentUntil += period
      const number = this.#sample++
      if (!this.isUp || !this.isSending) continue
      values[n * 2] = number
      values[n * 2 + 1] = number / 2
      stamps[n++] = this.#sentUntil - this.offsetSeconds
    }
    return n
  }
}
