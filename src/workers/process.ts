/** The process thread: one graph for each stream, fed from its ring as soon as samples arrive. */
import { threadId, workerData } from 'node:worker_threads'
import { GraphMemory, type GraphSpec } from '../graph/index.ts'
import { Bell, LatencyHistogram, StageMeters, TraceRing } from '../ring/index.ts'
import { asSynapseError } from '../signal/index.ts'
import { hostClock } from './clock.ts'
import { type LaneContext, RunningLane } from './lane.ts'
import { LetterPost } from './lane-trouble.ts'
import type { Lane, ProcessData, ProcessOrder, ProcessReport } from './messages.ts'
import { parent, turn } from './thread-loop.ts'
import { ThreadState } from './thread-state.ts'

const data = workerData as ProcessData
/** No thread counts where another one did: rings outlive threads. */
let rings = threadId * 2 ** 32
const pulse = new Int32Array(data.pulse)
const alive = () => void Atomics.add(pulse, 0, 1)
const state = new ThreadState({
  folder: data.stateFolder,
  epochSeconds: data.epochSeconds,
  line: data.stateLine,
  begin: () => report({ kind: 'keeps' }),
  alive,
})
/** An earlier thread, which died, had the memory. */
const isSecond = Atomics.add(new Int32Array(data.births), 0, 1) > 0
const context: LaneContext = {
  memory: new GraphMemory(data.memory, isSecond),
  models: data.models,
  modules: data.modules,
  keyed: (graph) => state.keyed(graph),
  spillFolder: data.spillFolder,
  inferBell: new Bell(data.inferBell),
  processBell: new Bell(data.bell),
  filteredLatency: new LatencyHistogram(data.filteredLatency),
  stages: new StageMeters(data.stages),
  trace: new TraceRing(data.trace),
  now: () => hostClock.now(),
  alive,
  stopped: (lane, number) => report({ kind: 'stopped', lane, number }),
  nextNumber: () => rings++,
  letters: new LetterPost(data.lettersTaken, (lane, letters, dropped) =>
    report({ kind: 'dead-letters', lane, letters, dropped }),
  ),
  nodeFailed: (lane, note) => report({ kind: 'node-failed', lane, note }),
  degraded: (change) => report({ kind: 'degraded', ...change }),
}
/** A list, because walking a map makes garbage in every round. */
const lanes: RunningLane[] = []

function report(message: ProcessReport): void {
  parent().postMessage(message)
}

/** A graph that fails ends alone; the host decides when it starts again. */
function failed(lane: string, error: unknown): void {
  close(lane)
  const { note } = asSynapseError(error, `running the graph of ${lane}`)
  report({ kind: 'failed', lane, note })
}

function open(lane: Lane): void {
  close(lane.id)
  try {
    const running = new RunningLane(lane, context)
    lanes.push(running)
    const { isResumed, open, nextSamples: from } = running
    report({ kind: 'opened', lane: lane.id, isResumed, open, from })
  } catch (error) {
    failed(lane.id, error)
  }
}

function close(id: string, leaves: readonly string[] = []): void {
  const at = lanes.findIndex((lane) => lane.id === id)
  if (at >= 0) lanes.splice(at, 1)[0]!.close(leaves)
}

function apply(id: string, spec: GraphSpec): void {
  const lane = lanes.find((each) => each.id === id)
  if (!lane) return
  try {
    lane.apply(spec)
    const { open, nextSamples: from } = lane
    report({ kind: 'opened', lane: id, isResumed: false, open, from })
  } catch (error) {
    const { note } = asSynapseError(error, `changing the graph of ${id}`)
    report({ kind: 'refused', lane: id, note })
  }
}

function takeOrder(order: ProcessOrder): void {
  if (order.kind === 'open') open(order.lane)
  else if (order.kind === 'close') close(order.lane, order.leaves)
  else apply(order.lane, order.spec)
}

function round(): boolean {
  let busy = false
  const now = hostClock.now()
  for (let l = 0; l < lanes.length; l++) {
    const lane = lanes[l]!
    try {
      if (lane.step(now)) busy = true
    } catch (error) {
      failed(lane.id, error)
    }
  }
  return busy
}

function dueInMs(): number {
  let seconds = Number.POSITIVE_INFINITY
  const now = hostClock.now()
  for (let l = 0; l < lanes.length; l++) seconds = Math.min(seconds, lanes[l]!.dueIn(now))
  return seconds * 1000
}

turn(data, takeOrder, round, dueInMs)
