/** The graph engine: checks, opens and runs a `GraphSpec` chunk by chunk. */
export { Graph, type GraphContext, type GraphOutputs, type GraphSnapshot } from './graph.ts'
export { GraphMemory, type LentMemory } from './memory.ts'
export type { NodeCatalog } from './plan.ts'
export { type GraphSpec, parseGraphSpec, readGraphText } from './spec.ts'
