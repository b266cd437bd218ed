/** The inference thread: takes windows from rings, asks the models, puts the answers into rings. */
import { workerData } from 'node:worker_threads'
import { type OpenModel, openModel, storedModel } from '../inference/index.ts'
import { Bell, LatencyHistogram, RingReader, RingWriter, TraceRing } from '../ring/index.ts'
import { asSynapseError, type ChunkBuffer, newChunkBuffer } from '../signal/index.ts'
import { hostClock } from './clock.ts'
import { follow } from './follow.ts'
import type { CallLine, InferData, InferOrder, InferReport } from './messages.ts'
import { parent, turnAsync } from './thread-loop.ts'

interface RunningCall {
  readonly line: CallLine
  readonly model: OpenModel
  readonly reader: RingReader
  readonly writer: RingWriter
  readonly window: ChunkBuffer
  readonly answer: ChunkBuffer
}

const data = workerData as InferData
const latency = new LatencyHistogram(data.inferenceLatency)
const trace = new TraceRing(data.trace)
const calls = new Map<string, RunningCall>()

async function open(line: CallLine): Promise<void> {
  await close(line.id)
  const model = await openModel(storedModel(data.models, line.target))
  const writer = new RingWriter(line.replies)
  writer.attach(new Bell(line.answerBell))
  const reader = new RingReader(line.requests, 'oldest')
  const window = newChunkBuffer({
    format: 'float32',
    channels: line.requests.shape.channels,
    maxFrames: 1,
  })
  const answer = newChunkBuffer({
    format: 'float32',
    channels: line.replies.shape.channels,
    maxFrames: 1,
  })
  calls.set(line.id, { line, model, reader, writer, window, answer })
}

async function close(id: string): Promise<void> {
  const call = calls.get(id)
  calls.delete(id)
  await call?.model.close()
}

async function guarded(id: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    await close(id)
    const note = asSynapseError(error, `asking the model of ${id}`).note
    parent().postMessage({ kind: 'failed', call: id, note } satisfies InferReport)
  }
}

/** One window; for feedback only the newest of those that wait. */
async function answerNext(call: RunningCall): Promise<boolean> {
  const { reader, window, answer, model } = call
  if (!nextWindow(call)) return false
  while (call.line.whenLate === 'latest' && reader.behind > 0 && nextWindow(call)) {
    // The one taken before is skipped: its index is missing from the answers.
  }
  model.window.set((window.data as Float32Array).subarray(0, model.window.length))
  const begun = hostClock.now()
  await model.run()
  const now = hostClock.now()
  if (trace.isOn) trace.add(trace.number(call.line.target), begun, now - begun)
  answer.firstSample = window.firstSample
  answer.frames = 1
  answer.time[0] = window.time[0]!
  answer.hostTime[0] = window.hostTime[0]!
  ;(answer.data as Float32Array).set(model.answer)
  latency.record(now - window.hostTime[0]!)
  follow(call.writer, answer)
  return true
}

function nextWindow({ reader, window }: RunningCall): boolean {
  for (;;) {
    const result = reader.read(window)
    if (result !== 'gap') return result === 'chunk'
  }
}

await turnAsync<InferOrder>(
  data,
  (order) =>
    order.kind === 'open' ? guarded(order.call.id, () => open(order.call)) : close(order.call),
  async () => {
    let busy = false
    for (const [id, call] of calls) {
      await guarded(id, async () => {
        if (await answerNext(call)) busy = true
      })
    }
    return busy
  },
)
for (const id of [...calls.keys()]) await close(id)
