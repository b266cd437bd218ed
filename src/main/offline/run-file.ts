/** A graph over one file, its outputs into another: all that `synapse run` does with a recording. */
import { existsSync, rmSync } from 'node:fs'
import { createFileSink, openRecordingParts, XdfWriter } from '../../formats/index.ts'
import { deadLetter, type GraphSpec, type ParameterValues } from '../../graph/index.ts'
import { LmdbTable } from '../../store/index.ts'
import { hostClock } from '../../workers/index.ts'
import { openLetterStore } from '../dead-letters/open-store.ts'
import { readLevels } from '../level-markers.ts'
import { openModels } from '../package-files.ts'
import { OfflineTrace } from './offline-trace.ts'
import { type OfflineResult, runGraph } from './run-graph.ts'

/** Plain data: it may go to another thread. */
export interface RunJob {
  readonly spec: GraphSpec
  readonly parameters: ParameterValues
  readonly recording: string
  readonly out: string
  /** Folder of what nodes keep by key. */
  readonly state?: string | undefined
  /** Folder for what nodes refused. */
  readonly deadLetters?: string | undefined
  /** File for which node ran when. */
  readonly trace?: string | undefined
  /** Gives up what the live graph gave up. */
  readonly asDegraded: boolean
}

export interface RunReport extends OfflineResult {
  readonly seconds: number
  /** What nodes refused; letters were kept, or dropped because there were too many. */
  readonly refused: { readonly frames: number; readonly letters: number; readonly dropped: number }
}

/** @throws SynapseError what stood in the way; no half a result is left then */
export async function runFile(job: RunJob): Promise<RunReport> {
  const { recording } = await openRecordingParts(job.recording)
  const isNew = !existsSync(job.out)
  const trace = job.trace ? new OfflineTrace() : null
  const state = job.state ? new LmdbTable(job.state) : null
  try {
    const startedAt = recording.startedAt ?? new Date(0)
    const writer = new XdfWriter(createFileSink(job.out), { startedAt })
    const began = hostClock.now()
    const store = job.deadLetters ? openLetterStore(job.deadLetters) : null
    let refused = 0
    const { spec, parameters } = job
    const result = await runGraph(spec, recording, openModels(), writer, parameters, undefined, {
      refused(refusal) {
        refused += refusal.chunk?.frames ?? 0
        const letter = store ? deadLetter(refusal) : undefined
        if (letter) store?.add(letter)
      },
      levels: job.asDegraded ? readLevels(recording.markers) : [],
      ...(state ? { state } : {}),
      ...(trace ? { meters: trace.meters } : {}),
    })
    await writer.close()
    await store?.close()
    if (job.trace) trace?.save(job.trace)
    const { written = 0, dropped = 0 } = store?.account ?? {}
    const seconds = hostClock.now() - began
    return { ...result, seconds, refused: { frames: refused, letters: written, dropped } }
  } catch (error) {
    // Half a result could be taken for a whole one.
    if (isNew) rmSync(job.out, { force: true })
    throw error
  } finally {
    await state?.close()
    await recording.close()
  }
}
