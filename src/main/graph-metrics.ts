/** What running graphs count and time, for Prometheus: by node, edge and input, and the budget. */
import { Counter, Gauge, type Metric, type Registry } from 'prom-client'
import { LatencyHistogram, summariseLatency } from '../ring/index.ts'
import {
  edgeFields,
  type InputValues,
  inputFields,
  type NodeValues,
  nodeFields,
  readValues,
} from '../workers/index.ts'
import type { AcquisitionHost } from './host.ts'
import type { QueueStatus } from './queue-status.ts'

type Set = (labels: Record<string, string>, value: number) => void

const nodeCounters: readonly (readonly [keyof NodeValues, string, string])[] = [
  ['chunks', 'node_chunks', 'Chunks that a node was given.'],
  ['framesIn', 'node_input_frames', 'Frames that a node was given.'],
  ['framesOut', 'node_output_frames', 'Frames that a node gave.'],
  ['gaps', 'node_gaps', 'Gaps that a node was told of.'],
  ['errors', 'node_errors', 'Failures of a node.'],
  ['framesRefused', 'node_refused_frames', 'Frames not seen: the node failed on them, or rested.'],
  ['framesSkipped', 'node_skipped_frames', 'Frames left out by a degraded node.'],
  ['framesBypassed', 'node_bypassed_frames', 'Frames passed on as they were by a degraded node.'],
  ['restarts', 'node_restarts', 'How often a node was opened anew after a failure.'],
]

export function addGraphs(host: AcquisitionHost, registry: Registry): void {
  const meters = () => host.processing.meters
  const eachNode = (set: Set, read: (values: NodeValues) => number) => {
    for (const { id, meters: lane } of meters()) {
      for (const { node, kind, values } of lane.nodes) {
        set({ graph: id, node, kind }, read(readValues(nodeFields, values)))
      }
    }
  }
  const node = ['graph', 'node', 'kind']
  for (const [field, name, help] of nodeCounters) {
    addCounter(registry, name, help, node, (set) => eachNode(set, (values) => values[field]))
  }
  addGauge(
    registry,
    'node_breaker_state',
    'Of the circuit breaker: 0 closed, 1 open, 2 half-open, 3 given up.',
    node,
    (set) => eachNode(set, ({ breaker }) => breaker),
  )
  addGauge(registry, 'node_degraded', '1 while a node gives something up.', node, (set) =>
    eachNode(set, ({ degraded }) => degraded),
  )
  addGauge(
    registry,
    'node_watermark_lag_seconds',
    "From the newest frame a node was given to now, on the stream's own time.",
    node,
    (set) => eachNode(set, ({ newestTime }) => lagOf(host, newestTime)),
  )
  registry.registerMetric(nodeSummary(host) as unknown as Metric)
  addEdges(host, registry)
  addInputs(host, registry)
  addQueues(host, registry)
}

/** 0 before the first frame. */
function lagOf(host: AcquisitionHost, newestTime: number): number {
  return newestTime > 0 ? Math.max(0, host.clock.now() - newestTime) : 0
}

/** Quantiles are since the start; sum and count are of the chunks that were timed. */
function nodeSummary(host: AcquisitionHost) {
  const name = 'synapse_node_processing_seconds'
  const help = 'Time that a node itself took for a chunk, of those that were timed.'
  const valuesNow = () =>
    host.processing.meters.flatMap(({ id, meters }) =>
      meters.nodes.flatMap(({ node, kind, values, latency }) => {
        const labels = { graph: id, node, kind }
        const { timedChunks, timedSeconds } = readValues(nodeFields, values)
        const summary = summariseLatency(new LatencyHistogram(latency).snapshot())
        const quantile = (q: string, ms: number) => ({
          labels: { quantile: q, ...labels },
          value: ms / 1000,
        })
        return [
          quantile('0.5', summary.p50Ms),
          quantile('0.99', summary.p99Ms),
          quantile('0.999', summary.p999Ms),
          { metricName: `${name}_sum`, labels, value: timedSeconds },
          { metricName: `${name}_count`, labels, value: timedChunks },
        ]
      }),
    )
  return {
    name,
    get: async () => ({ name, help, type: 'summary', aggregator: 'sum', values: valuesNow() }),
  }
}

function addEdges(host: AcquisitionHost, registry: Registry): void {
  const names = { chunks: 'Chunks', frames: 'Frames', gaps: 'Gaps' } as const
  for (const field of edgeFields) {
    const help = `${names[field]} that went along an edge.`
    addCounter(registry, `edge_${field}`, help, ['graph', 'from', 'to'], (set) => {
      for (const { id, meters } of host.processing.meters) {
        for (const { from, to, values } of meters.edges) {
          set({ graph: id, from, to }, readValues(edgeFields, values)[field])
        }
      }
    })
  }
}

function addInputs(host: AcquisitionHost, registry: Registry): void {
  const input = ['graph', 'source']
  const eachInput = (set: Set, read: (values: InputValues) => number) => {
    for (const { id, meters } of host.processing.meters) {
      for (const { source, values } of meters.inputs) {
        set({ graph: id, source }, read(readValues(inputFields, values)))
      }
    }
  }
  addGauge(
    registry,
    'graph_waiting_frames',
    'Frames in the ring or queue in front of a graph.',
    input,
    (set) => eachInput(set, ({ waitingFrames }) => waitingFrames),
  )
  addGauge(registry, 'graph_capacity_frames', 'Frames that it has room for.', input, (set) =>
    eachInput(set, ({ capacityFrames }) => capacityFrames),
  )
  addCounter(
    registry,
    'graph_overrun_frames',
    'Frames overwritten before the graph had read them.',
    input,
    (set) => eachInput(set, ({ overrunFrames }) => overrunFrames),
  )
  addGauge(
    registry,
    'graph_source_lag_seconds',
    'From the arrival of the newest frame that the graph has read to now.',
    input,
    (set) => eachInput(set, ({ newestArrival }) => lagOf(host, newestArrival)),
  )
}

/** Between the threads of a graph that is split over several. */
function addQueues(host: AcquisitionHost, registry: Registry): void {
  const labels = ['graph', 'from', 'policy']
  const eachQueue = (set: Set, read: (queue: QueueStatus) => number) => {
    for (const graph of new Set(host.processing.meters.map(({ id }) => id))) {
      for (const queue of host.processing.queues(graph)) {
        set({ graph, from: queue.from, policy: queue.policy }, read(queue))
      }
    }
  }
  addCounter(registry, 'queue_dropped_frames', 'Frames that a queue dropped.', labels, (set) =>
    eachQueue(set, ({ dropped }) => dropped),
  )
  addCounter(registry, 'queue_spilled_frames', 'Frames that went to the disk.', labels, (set) =>
    eachQueue(set, ({ spilledFrames }) => spilledFrames),
  )
  addGauge(registry, 'queue_spilled_bytes', 'Bytes that wait on the disk.', labels, (set) =>
    eachQueue(set, ({ spilledBytes }) => spilledBytes),
  )
}

export function addBudget(host: AcquisitionHost, registry: Registry): void {
  addGauge(registry, 'stage_budget_seconds', 'What a stage may take.', ['stage'], (set) => {
    for (const { stage, budgetMs } of host.budget.now()) set({ stage }, budgetMs / 1000)
  })
  const help = 'What a stage took over the last ten seconds; none where nothing went that way.'
  addGauge(registry, 'stage_latency_seconds', help, ['stage', 'quantile'], (set) => {
    for (const { stage, taken } of host.budget.now()) {
      if (!taken) continue
      set({ stage, quantile: '0.5' }, taken.p50Ms / 1000)
      set({ stage, quantile: '0.99' }, taken.p99Ms / 1000)
    }
  })
}

function addGauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  read: (set: Set) => void,
): void {
  new Gauge({
    name: `synapse_${name}`,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      read((labels, value) => this.set(labels, value))
    },
  })
}

function addCounter(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[],
  read: (set: Set) => void,
): void {
  new Counter({
    name: `synapse_${name}_total`,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      read((labels, value) => this.inc(labels, value))
    },
  })
}
