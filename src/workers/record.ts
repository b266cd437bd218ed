/**
 * The record thread: empties the rings into the file several times a second. It owns the file and
 * waits for nobody but the disk.
 */
import { rmSync, statSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { maxChunkFrames } from '../formats/index.ts'
import { type ReadResult, RingReader, StageMeters, TraceRing } from '../ring/index.ts'
import { asSynapseError, type ChunkBuffer, newChunkBuffer } from '../signal/index.ts'
import { Recorder } from '../sinks/index.ts'
import { hostClock } from './clock.ts'
import type { RecordData, RecordedSource, RecordOrder, RecordReport } from './messages.ts'
import { parent, turnAsync } from './thread-loop.ts'

/** The rings are emptied this often: so much is lost when the process is killed. */
const drainMs = 50
const statusSeconds = 0.2

/**
 * What is handed to the recorder at a time, at most: so little that it takes all of it or nothing.
 */
const mostBytes = 1 << 20
/** Of times and counters, beside the values. */
const frameOverheadBytes = 64

interface Source {
  readonly id: string
  readonly reader: RingReader
  readonly chunk: ChunkBuffer
  /** What was read last, and is not in the file yet; `empty` when it is. */
  waiting: ReadResult
}

interface Recording {
  readonly path: string
  readonly recorder: Recorder
  readonly sources: Source[]
  reportedAt: number
}

type StartOrder = Extract<RecordOrder, { kind: 'start' }>

const data = workerData as RecordData
const stages = new StageMeters(data.stages)
const trace = new TraceRing(data.trace)
const traceNumber = trace.number('write')
let recording: Recording | null = null

function report(message: RecordReport): void {
  parent().postMessage(message)
}

function start({ path, startedAt, sources, from }: StartOrder): void {
  try {
    const recorder = new Recorder(path, startedAt, hostClock.now())
    recording = { path, recorder, sources: [], reportedAt: 0 }
    for (const source of sources) add(recording, source, from)
    recorder.flush()
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
  if (statSync(path, { throwIfNoEntry: false })?.size === 0) rmSync(path)
}

function add(
  to: Recording,
  { info, ring, clockOffset }: RecordedSource,
  from: 'oldest' | 'now',
): void {
  const { format, channels, deviceTime, sequence } = ring.shape
  const frames = Math.floor(mostBytes / (channels * 8 + frameOverheadBytes))
  to.recorder.addStream(info, { deviceTime, sequence }, clockOffset)
  to.sources.push({
    id: info.id,
    reader: new RingReader(ring, from),
    chunk: newChunkBuffer({
      format,
      channels,
      maxFrames: Math.max(1, Math.min(maxChunkFrames, frames)),
      deviceTime,
      sequence,
    }),
    waiting: 'empty',
  })
}

/** Takes all that the rings hold, as long as the disk takes it. */
function drain({ recorder, sources }: Recording): void {
  const begun = hostClock.now()
  let isEmpty = true
  for (const source of sources) {
    while (recorder.takes && isOneMore(source)) {
      handOver(recorder, source)
      isEmpty = false
    }
  }
  if (isEmpty) return
  const seconds = hostClock.now() - begun
  stages.record('storage', seconds)
  if (trace.isOn) trace.add(traceNumber, begun, seconds)
}

function isOneMore(source: Source): boolean {
  if (source.waiting === 'empty') source.waiting = source.reader.read(source.chunk)
  return source.waiting !== 'empty'
}

/** What the disk refuses is kept, and handed over first when it takes something again. */
function handOver(recorder: Recorder, source: Source): void {
  if (source.waiting === 'chunk') recorder.write(source.id, source.chunk)
  else recorder.gap(source.id, source.reader.gap)
  if (recorder.takes) source.waiting = 'empty'
}

async function stop(ending: Recording): Promise<void> {
  drain(ending)
  const { path, recorder } = ending
  recording = null
  let note = null
  try {
    await recorder.close()
  } catch (error) {
    note = asSynapseError(error, `closing ${path}`).note
  }
  const { bytes, ledger } = recorder.status(hostClock.now())
  report({ kind: 'stopped', path, bytes, ledger, note })
}

async function takeOrder(order: RecordOrder): Promise<void> {
  if (order.kind === 'start') start(order)
  else if (!recording) return
  else if (order.kind === 'add') add(recording, order.source, 'now')
  else if (order.kind === 'marker') recording.recorder.marker(order.marker)
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
    if (now - recording.reportedAt >= statusSeconds) {
      recording.reportedAt = now
      report({ kind: 'status', status: recording.recorder.status(now) })
    }
    return false
  },
  drainMs,
)
