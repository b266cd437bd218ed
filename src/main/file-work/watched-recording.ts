/** A recording whose reading is counted, and ends when nobody wants it any more. */
import type { Recording } from '../../formats/index.ts'
import type { Progress } from './progress.ts'

/** @param passes how often it will be read from beginning to end */
export function watched<R extends Recording>(recording: R, progress: Progress, passes: number): R {
  const samples = recording.streams.reduce((sum, stream) => {
    return stream.info.sampleFormat === 'json' ? sum : sum + stream.samples
  }, 0)
  progress.expect(samples * passes)
  return { ...recording, read: () => counted(recording, progress) }
}

async function* counted(recording: Recording, progress: Progress): ReturnType<Recording['read']> {
  for await (const item of recording.read()) {
    progress.advance(item.kind === 'chunk' ? item.chunk.frames : 0)
    yield item
  }
}
