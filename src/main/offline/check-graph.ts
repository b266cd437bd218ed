/** Opens every node of a graph on given streams and closes them again: what `run` would refuse. */
import { Graph, GraphMemory, type GraphSpec, type ParameterValues } from '../../graph/index.ts'
import { type StoredModel, storedModel } from '../../inference/index.ts'
import { newKernelMemory } from '../../kernels/index.ts'
import { nodeCatalog } from '../../nodes/catalog.ts'
import { findModule } from '../../sandbox/index.ts'
import type { StreamInfo } from '../../signal/index.ts'
import { MemoryTable, newGraphKeyed } from '../../store/index.ts'
import { modulesFolder } from '../package-files.ts'
import { bindSources } from './bind-sources.ts'

const maxFrames = 1

/**
 * @returns what leaves the graph, by output
 * @throws SynapseError graph-invalid, bad-option, model-missing, file-missing
 */
export function checkGraph(
  spec: GraphSpec,
  streams: readonly StreamInfo[],
  models: ReadonlyMap<string, StoredModel>,
  parameters: ParameterValues,
): Readonly<Record<string, StreamInfo>> {
  const graph = new Graph(spec, {
    catalog: nodeCatalog,
    sources: bindSources(spec, streams),
    memory: new GraphMemory(newKernelMemory()),
    maxFrames,
    parameters,
    model: (name) => storedModel(models, name).card,
    module: (name) => findModule(modulesFolder, name),
    keyed: newGraphKeyed(new MemoryTable(), { name: spec.name, epochSeconds: 0 }),
    outputs: { chunk: () => {}, gap: () => {}, request: () => {} },
  })
  const { outputs } = graph
  graph.close()
  return outputs
}
