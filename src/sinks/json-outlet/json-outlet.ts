/** Streams as JSON messages: sent by UDP or WebSocket. */
import { framesText, markerText, streamText } from '../../network/index.ts'
import { assert, type Chunk, type Marker, type Sink, type StreamInfo } from '../../signal/index.ts'
import { RowCutter, valueCharacters } from '../_network/sent-rows.ts'

export class JsonOutlet implements Sink {
  readonly #send: (text: string) => void
  readonly #messageBytes: number
  readonly #streams = new Map<string, RowCutter>()

  /** @param messageBytes that a message shall have at most, unless one frame is longer */
  constructor(send: (text: string) => void, messageBytes: number) {
    this.#send = send
    this.#messageBytes = messageBytes
  }

  addStream(info: StreamInfo): void {
    const most = this.#messageBytes / (valueCharacters * (info.channels.length + 1))
    this.#streams.set(info.id, new RowCutter(info, most))
    this.#send(streamText(info))
  }

  removeStream(stream: string): void {
    this.#streams.delete(stream)
  }

  /** What the streams are, for those who began to listen since. */
  descriptions(): string[] {
    return [...this.#streams.values()].map(({ info }) => streamText(info))
  }

  write(stream: string, chunk: Chunk): void {
    const cutter = this.#streams.get(stream)
    assert(cutter, `stream ${stream} was added before its first chunk`)
    const channels = cutter.info.channels.length
    cutter.cut(chunk, ({ values, times, firstSample, frames }) => {
      this.#send(framesText(stream, firstSample, values, times, frames, channels))
    })
  }

  /** The index jumps. */
  gap(): void {}

  marker(marker: Marker): void {
    this.#send(markerText(marker))
  }

  flush(): void {}

  close(): void {
    this.#streams.clear()
  }
}
