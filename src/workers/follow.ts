/** Derived streams into rings: a node's output may jump, a ring wants every jump announced. */
import type { RingWriter } from '../ring/index.ts'
import type { Chunk } from '../signal/index.ts'

const jump = { atSample: 0, lostSamples: 0, exact: true, reason: 'lost' as const }

/**
 * Writes the chunk; what is missing before it is announced as a gap. What the ring has already,
 * because a node began anew or a lane went back to a snapshot, is not written twice.
 */
export function follow(writer: RingWriter, chunk: Chunk): void {
  const missing = chunk.firstSample - writer.expected
  if (missing > 0) {
    jump.atSample = writer.expected
    jump.lostSamples = missing
    writer.gap(jump)
  }
  if (missing + chunk.frames > 0) writer.write(chunk, Math.max(0, -missing))
}
