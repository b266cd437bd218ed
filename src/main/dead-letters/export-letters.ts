/** The letters of one node, taken out of the folder of all: for whoever is to look at that node. */
import { openRecordingFile, type Recording } from '../../formats/index.ts'
import type { DeadLetter } from '../../graph/index.ts'
import { type ErrorCode, errorTable, newChunkBuffer } from '../../signal/index.ts'
import { letterFiles } from './letter-store.ts'
import { type LetterEntry, readLetterMarker } from './letter-words.ts'
import { openLetterStore } from './open-store.ts'

/** A letter with its samples, and the graph that it comes from. */
interface Found {
  readonly letter: DeadLetter
  readonly lane: string
}

/**
 * @param from folder of the letters
 * @param into folder that is made; it reads as the folder of all does
 * @returns how many there were
 * @throws SynapseError file-denied, file-unreadable, file-damaged
 */
export async function exportLetters(
  from: string,
  into: string,
  wanted: Pick<LetterEntry, 'lane' | 'node'>,
): Promise<number> {
  const store = openLetterStore(into)
  let count = 0
  try {
    for (const file of letterFiles(from)) {
      const recording = await openRecordingFile(file)
      try {
        for (const { letter, lane } of await lettersIn(recording, wanted)) {
          store.add(letter, lane)
          count++
        }
      } finally {
        await recording.close()
      }
    }
  } finally {
    await store.close()
  }
  return count
}

async function lettersIn(
  recording: Recording,
  wanted: Pick<LetterEntry, 'lane' | 'node'>,
): Promise<readonly Found[]> {
  const { markers, streams } = recording
  const entries = markers
    .flatMap((marker) => readLetterMarker(marker, streams) ?? [])
    .filter(({ lane, node }) => lane === wanted.lane && node === wanted.node)
  const found = entries.map((entry) => ({ entry, ...emptyLetter(entry, recording) }))
  if (found.length === 0) return []
  for await (const item of recording.read()) {
    if (item.kind === 'gap') continue
    const { chunk } = item
    for (const { entry, letter } of found) {
      if (entry.stream !== item.stream) continue
      const begin = Math.max(entry.firstSample, chunk.firstSample)
      const end = Math.min(entry.firstSample + entry.frames, chunk.firstSample + chunk.frames)
      for (let sample = begin; sample < end; sample++) {
        const [source, target] = [sample - chunk.firstSample, sample - entry.firstSample]
        const channels = letter.info.channels.length
        const row = chunk.data.subarray(source * chunk.stride, source * chunk.stride + channels)
        letter.chunk.data.set(row, target * letter.chunk.stride)
        letter.chunk.time[target] = chunk.time[source]!
      }
    }
  }
  return found
}

/** As it was told, its samples still to be filled in. */
function emptyLetter(entry: LetterEntry, { streams }: Recording): Found {
  const { node, port, lane, reason, message, firstSample, frames } = entry
  const { info } = streams.find((each) => each.info.id === entry.stream)!
  const channels = info.channels.length
  const format = info.sampleFormat === 'json' ? 'float64' : info.sampleFormat
  const chunk = newChunkBuffer({ format, channels, maxFrames: frames })
  Object.assign(chunk, { firstSample, frames })
  chunk.time.fill(entry.time)
  const code = (entry.code in errorTable ? entry.code : 'internal') as ErrorCode
  const note = { code, message, remedy: errorTable[code] }
  const letter = {
    node,
    port,
    info,
    reason: reason as DeadLetter['reason'],
    note,
    chunk,
  }
  return { letter, lane }
}
