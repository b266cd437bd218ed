/**
 * The record thread: empties the rings into the file several times a second. It owns the file and
 * waits for nobody but the disk.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { workerData } from 'node:worker_threads'
import { partNumber, partPath, removeRecording } from '../formats/index.ts'
import { StageMeters, TraceRing } from '../ring/index.ts'
import { asSynapseError, type ErrorNote, SynapseError } from '../signal/index.ts'
import { Recorder } from '../sinks/index.ts'
import { hostClock } from './clock.ts'
import type { RecordData, RecordOrder, RecordReport } from './messages.ts'
import { RingDrain } from './ring-drain.ts'
import { parent, turnAsync } from './thread-loop.ts'

/** The rings are emptied this often: so much is lost when the process is killed. */
const drainMs = 50
const statusSeconds = 0.2

type StartOrder = Extract<RecordOrder, { kind: 'start' }>

interface Recording {
  order: StartOrder
  readonly path: string
  /** On the host's clock. */
  readonly beganAt: number
  readonly recorder: Recorder
  readonly rings: RingDrain
  reportedAt: number
}

const data = workerData as RecordData
const stages = new StageMeters(data.stages)
const trace = new TraceRing(data.trace)
const traceNumber = trace.number('write')
let recording: Recording | null = null

function report(message: RecordReport): void {
  parent().postMessage(message)
}

function begin(order: StartOrder, isMirrorOptional = false): Recording {
  const { path, startedAt, sources, from, split = null, mirrorFolder = null } = order
  const now = hostClock.now()
  const files = { mirrorFolder, isMirrorOptional, seconds: () => hostClock.now() }
  const recorder = new Recorder({ path, startedAt, now, split, ...files })
  const rings = new RingDrain(recorder)
  for (const source of sources) rings.add(source, from)
  recorder.flush()
  return { order, path, beganAt: now, recorder, rings, reportedAt: 0 }
}

function start(order: StartOrder): void {
  const { path } = order
  try {
    recording = begin(order)
    report({ kind: 'started', path })
  } catch (error) {
    recording = null
    const { note } = asSynapseError(error, `recording ${path}`)
    if (note.code !== 'file-exists') removeEmpty(path)
    report({ kind: 'refused', path, note })
  }
}

/** A disk without room takes a file's name, but nothing of what was to stand in it. */
function removeEmpty(path: string): void {
  try {
    if (statSync(path).size === 0) removeRecording(path)
  } catch {
    // Why nothing was begun is told already.
  }
}

/**
 * The file was taken away: on in another one, with all that the rings still hold, beside the first,
 * and where that cannot be made, as before until it can.
 */
async function moveOn(gone: Recording): Promise<void> {
  const { path: was, problem } = gone.recorder.status(hostClock.now())
  const path = firstFreePart(was)
  try {
    mkdirSync(dirname(path), { recursive: true })
    const { startedAt } = gone.order
    const elapsedMs = (hostClock.now() - gone.beganAt) * 1000
    const later = new Date(startedAt.getTime() + elapsedMs)
    recording = begin({ ...gone.order, path, startedAt: later, from: 'oldest' }, true)
  } catch {
    return // it is told that the file is gone
  }
  report({ kind: 'moved', path, note: problem! })
  // Its copy becomes whole.
  await gone.recorder.close().catch(() => {})
}

function firstFreePart(path: string): string {
  let part = partNumber(path) + 1
  while (existsSync(partPath(path, part))) part++
  return partPath(path, part)
}

function drain({ rings }: Recording): void {
  const begun = hostClock.now()
  if (!rings.drain()) return
  const seconds = hostClock.now() - begun
  stages.record('storage', seconds)
  if (trace.isOn) trace.add(traceNumber, begun, seconds)
}

async function stop(ending: Recording): Promise<void> {
  drain(ending)
  const { recorder, rings } = ending
  recording = null
  // What comes while the file is being closed is of no recording.
  const left = rings.leftBehind()
  let note = null
  try {
    await recorder.close()
    note = leftBehind(left)
  } catch (error) {
    note = leftBehind(left, asSynapseError(error, `closing ${ending.path}`))
  }
  const status = recorder.status(hostClock.now())
  report({ kind: 'stopped', status, note })
}

/** What a disk that took nothing left in the rings is missing from the recording. */
function leftBehind(told: string, error?: SynapseError): ErrorNote | null {
  if (!told) return error?.note ?? null
  const { code, message, remedy } = error ?? new SynapseError('disk-full', 'closing')
  return { code, message: `${message}; never written: ${told}`, remedy }
}

async function takeOrder(order: RecordOrder): Promise<void> {
  if (order.kind === 'start') start(order)
  else if (!recording) return
  else if (order.kind === 'add') {
    recording.order = { ...recording.order, sources: [...recording.order.sources, order.source] }
    recording.rings.add(order.source, order.from)
  } else if (order.kind === 'marker') recording.recorder.marker(order.marker)
  else if (order.kind === 'clock-offset') {
    recording.recorder.clockOffset(order.stream, order.offset)
  } else await stop(recording)
}

await turnAsync<RecordOrder>(
  data,
  takeOrder,
  async () => {
    if (!recording) return false
    drain(recording)
    const now = hostClock.now()
    recording.recorder.tick(now)
    if (recording.recorder.isGone) await moveOn(recording)
    if (now - recording.reportedAt >= statusSeconds) {
      recording.reportedAt = now
      report({ kind: 'status', status: recording.recorder.status(now) })
    }
    return false
  },
  drainMs,
)
