/** What the catalogue wants to know of a recording, asked of its files. */
import { existsSync, statSync } from 'node:fs'
import { openRecordingParts, partsOf } from '../formats/index.ts'
import type { Inspect } from '../sessions/index.ts'
import { SynapseError } from '../signal/index.ts'

/** @throws SynapseError as `openRecordingFile` */
export const inspectRecording: Inspect = async (path) => {
  if (!existsSync(path) && partsOf(path).length === 0) {
    throw new SynapseError('file-missing', `reading ${path}: it is not there any more`)
  }
  const { recording, paths } = await openRecordingParts(path)
  await recording.close()
  const times = recording.streams.flatMap(({ firstTime, lastTime }) =>
    firstTime === null || lastTime === null ? [] : [[firstTime, lastTime] as const],
  )
  const first = Math.min(...times.map(([begin]) => begin))
  const last = Math.max(...times.map(([, end]) => end))
  return {
    startedAt: recording.startedAt?.toISOString() ?? null,
    seconds: times.length > 0 ? last - first : null,
    bytes: paths.reduce((sum, each) => sum + statSync(each).size, 0),
    ledger: recording.ledger,
    whole: recording.problems.length === 0,
  }
}
