/** The process thread: one graph for each stream, fed from its ring as soon as samples arrive. */
import { workerData } from 'node:worker_threads'
import { GraphMemory } from '../graph/index.ts'
import { newKernelMemory } from '../kernels/index.ts'
import { Bell, LatencyHistogram } from '../ring/index.ts'
import { asSynapseError } from '../signal/index.ts'
import { type LaneContext, RunningLane } from './lane.ts'
import type { Lane, ProcessData, ProcessOrder, ProcessReport } from './messages.ts'
import { parent, turn } from './thread-loop.ts'

const data = workerData as ProcessData
let rings = 0
const context: LaneContext = {
  memory: new GraphMemory(newKernelMemory()),
  models: data.models,
  inferBell: new Bell(data.inferBell),
  processBell: new Bell(data.bell),
  filteredLatency: new LatencyHistogram(data.filteredLatency),
  nextNumber: () => rings++,
}
const lanes = new Map<string, RunningLane>()

function report(message: ProcessReport): void {
  parent().postMessage(message)
}

/** A graph that fails ends alone; the host decides when it starts again. */
function guarded(lane: string, kind: 'failed' | 'refused', work: () => void): void {
  try {
    work()
  } catch (error) {
    const { note } = asSynapseError(error, `running the graph of ${lane}`)
    if (kind === 'failed') close(lane)
    report({ kind, lane, note })
  }
}

function open(lane: Lane): void {
  close(lane.id)
  guarded(lane.id, 'failed', () => {
    const running = new RunningLane(lane, context)
    lanes.set(lane.id, running)
    report({ kind: 'opened', lane: lane.id, outputs: running.outputs, calls: running.calls })
  })
}

function close(lane: string): void {
  lanes.get(lane)?.close()
  lanes.delete(lane)
}

function takeOrder(order: ProcessOrder): void {
  if (order.kind === 'open') open(order.lane)
  else if (order.kind === 'close') close(order.lane)
  else {
    const lane = lanes.get(order.lane)
    if (!lane) return
    guarded(order.lane, 'refused', () => {
      lane.apply(order.spec)
      report({ kind: 'opened', lane: order.lane, outputs: lane.outputs, calls: lane.calls })
    })
  }
}

turn(data, takeOrder, () => {
  let busy = false
  for (const lane of lanes.values()) {
    guarded(lane.id, 'failed', () => {
      if (lane.step()) busy = true
    })
  }
  return busy
})
