/** Dead letters read back: what there is, one of them whole, and all of them through a graph again. */
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  createFileSink,
  openRecordingFile,
  type Recording,
  XdfWriter,
} from '../../formats/index.ts'
import { type GraphSpec, type ParameterValues, replaySpec } from '../../graph/index.ts'
import type { StoredModel } from '../../inference/index.ts'
import { nodeCatalog } from '../../nodes/catalog.ts'
import { type StreamInfo, SynapseError } from '../../signal/index.ts'
import { type OfflineResult, runGraph } from '../offline/run-graph.ts'
import { letterFiles } from './letter-store.ts'
import { type LetterEntry, readDropped, readLetterMarker } from './letter-words.ts'

export interface ListedLetter extends LetterEntry {
  /** From 1, over all files. */
  readonly number: number
  readonly file: string
}

export interface LetterList {
  readonly letters: readonly ListedLetter[]
  /** Counted in the files; their samples are gone. */
  readonly dropped: number
}

/** @throws SynapseError file-missing, file-unreadable, file-damaged */
export async function listLetters(path: string): Promise<LetterList> {
  const letters: ListedLetter[] = []
  let dropped = 0
  for (const file of filesIn(path)) {
    await withRecording(file, async ({ markers, streams }) => {
      for (const marker of markers) {
        dropped += readDropped(marker)
        const entry = readLetterMarker(marker, streams)
        if (entry) letters.push({ number: letters.length + 1, file, ...entry })
      }
    })
  }
  return { letters, dropped }
}

export interface WholeLetter {
  readonly entry: ListedLetter
  readonly info: StreamInfo
  /** Frame by frame, as the node was to see them. */
  readonly frames: readonly { readonly time: number; readonly values: readonly number[] }[]
}

/** @throws SynapseError bad-option when there is no letter of this number */
export async function readLetter(path: string, number: number): Promise<WholeLetter> {
  const { letters } = await listLetters(path)
  const entry = letters.find((each) => each.number === number)
  if (!entry) {
    throw new SynapseError('bad-option', `looking for letter ${number} in ${path}: not there`, {
      remedy: letters.length > 0 ? `There are 1 to ${letters.length}.` : 'There are none.',
    })
  }
  return { entry, ...(await readLetterFrames(entry)) }
}

/** Where a letter stands. */
type LetterPlace = Pick<ListedLetter, 'file' | 'stream' | 'firstSample' | 'frames'>

/** @throws SynapseError file-missing, file-unreadable, file-damaged: its file may be gone by now */
export function readLetterFrames(letter: LetterPlace): Promise<Omit<WholeLetter, 'entry'>> {
  return withRecording(letter.file, async (recording) => {
    const found = recording.streams.find((each) => each.info.id === letter.stream)
    if (!found) throw new SynapseError('file-missing', `reading ${letter.file}: not written yet`)
    const { info } = found
    const frames: { time: number; values: number[] }[] = []
    const end = letter.firstSample + letter.frames
    for await (const item of recording.read()) {
      if (item.kind === 'gap' || item.stream !== letter.stream) continue
      const { firstSample, data, stride, time } = item.chunk
      for (let f = 0; f < item.chunk.frames; f++) {
        if (firstSample + f < letter.firstSample || firstSample + f >= end) continue
        const values = [...data.subarray(f * stride, f * stride + info.channels.length)]
        frames.push({ time: time[f]!, values })
      }
    }
    return { info, frames }
  })
}

export interface Replayed extends OfflineResult {
  readonly node: string
  readonly lane: string
  readonly letters: number
  readonly path: string
  /** What the node refused again. */
  readonly refusedAgain: number
  /** Outputs that need more than this node gives. */
  readonly leftOut: readonly string[]
}

/**
 * Runs each node's letters through the node and all that is behind it, into a file for each file
 * and node: `<file>-<node>.xdf`. The node begins without a past, as after a gap.
 * @throws SynapseError graph-invalid, file-exists and what `runGraph` throws
 */
export async function replayLetters(
  path: string,
  graph: GraphSpec,
  models: ReadonlyMap<string, StoredModel>,
  into: string,
  parameters: ParameterValues,
): Promise<Replayed[]> {
  const { letters } = await listLetters(path)
  mkdirSync(into, { recursive: true })
  const results: Replayed[] = []
  for (const group of groups(letters)) {
    const [{ file, node, lane }] = group as [ListedLetter]
    const fed = Object.fromEntries(group.map(({ port, stream }) => [port, stream]))
    const { spec, leftOut } = replaySpec(graph, nodeCatalog, node, fed, parameters)
    const name = [basename(file, '.xdf'), lane, node].filter(Boolean).join('-')
    const out = join(into, `${name.replace(/[^\w.-]+/g, '_')}.xdf`)
    let refusedAgain = 0
    const result = await withRecording(file, async (recording) => {
      const startedAt = recording.startedAt ?? new Date(0)
      const writer = new XdfWriter(createFileSink(out), { startedAt })
      const ran = await runGraph(spec, recording, models, writer, {}, undefined, {
        refused: (refusal) => {
          if (refusal.node === node) refusedAgain++
        },
      })
      await writer.close()
      return ran
    })
    results.push({ node, lane, letters: group.length, path: out, refusedAgain, leftOut, ...result })
  }
  return results
}

/** Letters of one node in one file. */
function groups(letters: readonly ListedLetter[]): ListedLetter[][] {
  return Object.values(
    Object.groupBy(letters, ({ file, lane, node }) => JSON.stringify([file, lane, node])),
  ) as ListedLetter[][]
}

function filesIn(path: string): string[] {
  if (!existsSync(path)) throw new SynapseError('file-missing', `reading ${path}: not there`)
  return statSync(path).isDirectory() ? letterFiles(path) : [path]
}

async function withRecording<T>(path: string, work: (recording: Recording) => Promise<T>) {
  const recording = await openRecordingFile(path)
  try {
    return await work(recording)
  } finally {
    await recording.close()
  }
}
