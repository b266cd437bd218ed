/** The sink port: a destination for streams (a file, a display, an outlet). */
import type { Chunk, Gap } from './chunk.ts'
import type { Marker } from './marker.ts'
import type { StreamId, StreamInfo } from './stream.ts'

export interface Sink {
  addStream(info: StreamInfo): void
  /** A returned promise is the back-pressure: do not write again before it settles. */
  write(stream: StreamId, chunk: Chunk): void | Promise<void>
  gap(stream: StreamId, gap: Gap): void
  marker(marker: Marker): void
  flush(): void | Promise<void>
  close(): void | Promise<void>
}
