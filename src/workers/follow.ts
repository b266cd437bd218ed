/** Derived streams into rings: a node's output may jump, a ring wants every jump announced. */
import type { RingWriter } from '../ring/index.ts'
import type { Chunk } from '../signal/index.ts'

const jump = { atSample: 0, lostSamples: 0, exact: true, reason: 'lost' as const }

/** Writes the chunk; what is missing before it is announced as a gap. */
export function follow(writer: RingWriter, chunk: Chunk): void {
  const missing = chunk.firstSample - writer.expected
  if (missing > 0) {
    jump.atSample = writer.expected
    jump.lostSamples = missing
    writer.gap(jump)
  }
  // A node that began anew may repeat an index: the ring has it already.
  if (missing >= 0) writer.write(chunk)
}
