/** What a host measures of nodes while they run: handed in, because a graph knows no clock. */
import type { Chunk } from '../signal/index.ts'
import type { EdgeCounts } from './delivery.ts'
import type { NodeCounters, NodeStatus } from './node-status.ts'

/** A node, as it counts and tells of itself. */
export interface ProbedNode {
  readonly id: string
  readonly counters: Readonly<NodeCounters>
  readonly status: NodeStatus
}

/** Around the work of one node: what runs inside of it for those that it feeds is theirs. */
export interface NodeProbe {
  begin(chunk: Chunk): void
  end(): void
}

export interface GraphProbe {
  /** A node has opened; whether it runs is told by `wired`. */
  node(node: ProbedNode, kind: string): NodeProbe
  /** From here on these run, and feed each other like this. */
  wired(nodes: readonly ProbedNode[], edges: readonly EdgeCounts[]): void
}
