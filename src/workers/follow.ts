/** Derived streams into rings: a node's output may jump, a ring wants every jump announced. */
import type { RingWriter } from '../ring/index.ts'
import type { Chunk, Gap, GapReason } from '../signal/index.ts'

const jump = { atSample: 0, lostSamples: 0, exact: true, reason: 'lost' as GapReason }

/**
 * Writes the chunk; what is missing before it is announced as a gap. What the ring has already,
 * because a node began anew or a lane went back to a snapshot, is not written twice.
 */
export function follow(writer: RingWriter, chunk: Chunk): void {
  announce(writer, chunk.firstSample, true, 'lost')
  const known = writer.expected - chunk.firstSample
  if (known < chunk.frames) writer.write(chunk, known)
}

/** As `follow`, of an output: its first frame is where it begins, and nothing before it missing. */
export function followOutput(writer: RingWriter, chunk: Chunk): void {
  if (hasNotBegun(writer) && chunk.firstSample > 0) writer.begin(chunk.firstSample)
  follow(writer, chunk)
}

/** A gap of an output, with its reason, as far as the ring has not heard of it. */
export function followGap(writer: RingWriter, gap: Gap): void {
  if (hasNotBegun(writer)) return
  announce(writer, gap.atSample, true, 'lost')
  announce(writer, gap.atSample + gap.lostSamples, gap.exact, gap.reason)
}

function hasNotBegun({ expected }: RingWriter): boolean {
  return expected === 0
}

/** All up to `sample` is missing. */
function announce(writer: RingWriter, sample: number, exact: boolean, reason: GapReason): void {
  const { expected } = writer
  if (sample <= expected) return
  jump.atSample = expected
  jump.lostSamples = sample - expected
  jump.exact = exact
  jump.reason = reason
  writer.gap(jump)
}
