/** What every node of a graph costs on this machine, found by a run over a recording. */
import type { Recording } from '../../formats/index.ts'
import type { GraphSpec, ParameterValues } from '../../graph/index.ts'
import type { StoredModel } from '../../inference/index.ts'
import { StageMeters, TraceRing } from '../../ring/index.ts'
import { emptyLedger, SynapseError } from '../../signal/index.ts'
import { hostClock, LaneMeters, nodeFields, noMeters, readValues } from '../../workers/index.ts'
import { runGraph } from './run-graph.ts'

/** Of a second of signal, so that a rule weighs it against what kinds declare. */
export type NodeCosts = Readonly<Record<string, number>>

/**
 * @returns by node id: microseconds per second of the recording, of the node's own work
 * @throws SynapseError as `runGraph`, and bad-option where the recording has no length
 */
export async function measureGraph(
  spec: GraphSpec,
  recording: Recording,
  models: ReadonlyMap<string, StoredModel>,
  parameters: ParameterValues,
): Promise<NodeCosts> {
  const seconds = lengthOf(recording)
  const context = {
    trace: new TraceRing(),
    stages: new StageMeters(),
    now: () => hostClock.now(),
  }
  const meters = new LaneMeters('measured', context, noMeters)
  const nowhere = {
    addStream: () => {},
    write: () => {},
    marker: () => {},
    ledger: () => emptyLedger,
    flush: () => {},
  }
  await runGraph(spec, recording, models, nowhere, parameters, undefined, { meters })
  meters.publish(hostClock.now())
  return Object.fromEntries(
    meters.shared.nodes.map(({ node, values }) => {
      const { chunks, timedChunks, timedSeconds } = readValues(nodeFields, values)
      const spent = timedChunks > 0 ? (timedSeconds / timedChunks) * chunks : 0
      return [node, Number(((1e6 * spent) / seconds).toPrecision(3))]
    }),
  )
}

function lengthOf({ streams }: Recording): number {
  const firsts = streams.flatMap(({ firstTime }) => firstTime ?? [])
  const lasts = streams.flatMap(({ lastTime }) => lastTime ?? [])
  const seconds = Math.max(...lasts) - Math.min(...firsts)
  if (seconds > 0) return seconds
  throw new SynapseError('bad-option', 'measuring a graph: the recording has no length', {
    remedy: 'Give a recording of some seconds.',
  })
}
