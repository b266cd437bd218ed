/**
 * The record thread: empties the rings into the file several times a second. It owns the file and
 * waits for nobody but the disk.
 */
import { workerData } from 'node:worker_threads'
import { maxChunkFrames } from '../formats/index.ts'
import { RingReader } from '../ring/index.ts'
import { asSynapseError, type ChunkBuffer, newChunkBuffer } from '../signal/index.ts'
import { Recorder } from '../sinks/index.ts'
import { hostClock } from './clock.ts'
import type { RecordedSource, RecordOrder, RecordReport, ThreadData } from './messages.ts'
import { parent, turnAsync } from './thread-loop.ts'

/** The rings are emptied this often: so much is lost when the process is killed. */
const drainMs = 50
const statusSeconds = 0.2

interface Source {
  readonly id: string
  readonly reader: RingReader
  readonly chunk: ChunkBuffer
}

interface Recording {
  readonly path: string
  readonly recorder: Recorder
  readonly sources: Source[]
  reportedAt: number
}

type StartOrder = Extract<RecordOrder, { kind: 'start' }>

const data = workerData as ThreadData
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
    report({ kind: 'refused', path, note: asSynapseError(error, `recording ${path}`).note })
  }
}

function add(to: Recording, { info, ring }: RecordedSource, from: 'oldest' | 'now'): void {
  const { format, channels, deviceTime, sequence } = ring.shape
  to.recorder.addStream(info, { deviceTime, sequence })
  to.sources.push({
    id: info.id,
    reader: new RingReader(ring, from),
    chunk: newChunkBuffer({
      format,
      channels,
      maxFrames: maxChunkFrames,
      deviceTime,
      sequence,
    }),
  })
}

/** Takes all that the rings hold, as long as the disk takes it. */
function drain({ recorder, sources }: Recording): void {
  for (const { id, reader, chunk } of sources) {
    for (let result = read(recorder, reader, chunk); result !== 'empty'; ) {
      if (result === 'chunk') recorder.write(id, chunk)
      else recorder.gap(id, reader.gap)
      result = read(recorder, reader, chunk)
    }
  }
}

function read(recorder: Recorder, reader: RingReader, chunk: ChunkBuffer) {
  return recorder.takes ? reader.read(chunk) : 'empty'
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
  else await stop(recording)
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
