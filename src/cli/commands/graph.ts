/** `synapse graph`: checks a graph, explains and measures it, prints the schema, and has the dead letters. */
import { openRecordingFile } from '../../formats/index.ts'
import {
  expandGraph,
  type GraphSpec,
  graphJsonSchema,
  planGraph,
  type Segment,
  splitGraph,
} from '../../graph/index.ts'
import { bindSources, checkGraph, measureGraph, openModels } from '../../main/index.ts'
import { nodeCatalog } from '../../nodes/catalog.ts'
import type { StreamInfo } from '../../signal/index.ts'
import { badOption, type Command, printJson, readArguments } from '../command.ts'
import { parameterOptions, readGraphFile } from '../graph-file.ts'
import { deadLetters } from './graph-dead-letters.ts'

export const graph: Command = {
  name: 'graph',
  usage:
    'check GRAPH [--in RECORDING] | explain GRAPH [--in RECORDING] |\n' +
    '  measure GRAPH --in RECORDING | schema |\n' +
    '  dead-letters list FOLDER | show FOLDER NUMBER | replay FOLDER --graph GRAPH --out FOLDER',
  help:
    'check: refuses what cannot run, naming node, port, value and remedy; with a recording, opens\n' +
    'every node on its streams. explain: what feeds what, and what runs in which thread; with a\n' +
    'recording, as over its streams. measure: what each node costs on this machine, as\n' +
    '"threads.costs" takes it. schema: the JSON schema of a graph.\n' +
    'dead-letters: chunks that nodes refused; replay runs them through the node and all behind it.',
  options: [
    ['--in RECORDING', 'the streams that the graph is checked against'],
    ['--graph GRAPH', 'mended, for replay'],
    ['--out FOLDER', 'where replay puts what was missing'],
    ['--set NAME=VALUE', 'a parameter of the graph; may be given several times'],
  ],
  async run(args) {
    const { values, positionals } = readArguments('graph', args, {
      json: { type: 'boolean', default: false },
      in: { type: 'string' },
      graph: { type: 'string' },
      out: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
    })
    const [action, path, more] = positionals
    if (action === 'dead-letters') {
      const { json, graph, out, set } = values
      return deadLetters(positionals.slice(1), { json, graph, out, set })
    }
    if (action === 'schema') {
      printJson(graphJsonSchema())
      return 0
    }
    if (action !== 'check' && action !== 'explain' && action !== 'measure') {
      const known = 'check, explain, measure, schema, dead-letters'
      throw badOption('graph', `"${action ?? ''}" is none of ${known}`)
    }
    if (path === undefined) throw badOption('graph', 'the graph is missing')
    if (more !== undefined) throw badOption('graph', `"${more}" is one argument too many`)
    const spec = readGraphFile(path)
    const parameters = parameterOptions('graph', spec, values.set)
    if (action === 'measure') {
      printJson(await measured(values.in, spec, parameters))
      return 0
    }
    const flat = expandGraph(spec, parameters)
    const plan = planGraph(flat, nodeCatalog)
    const on = values.in ? await checkedOn(values.in, spec, parameters) : undefined
    const segments = splitGraph(flat, nodeCatalog, on?.sources)
    const answer = {
      graph: spec.name,
      nodes: plan.order.map((id) => ({ id, node: flat.nodes[id]!.node })),
      edges: flat.edges,
      threads: segments.map(({ thread, spec, writes }) => ({
        thread,
        nodes: Object.keys(spec.nodes),
        writes: writes.map(({ from, queue, readers }) => ({ from, queue, readers })),
      })),
      outputs: on?.outputs ?? flat.outputs,
    }
    if (values.json) printJson(answer)
    else if (action === 'check') process.stdout.write(`${spec.name}: nothing is wrong\n`)
    else process.stdout.write(explained(spec, parameters, segments))
    return 0
  },
}

async function checkedOn(path: string, spec: GraphSpec, parameters: Record<string, unknown>) {
  const recording = await openRecordingFile(path)
  try {
    const streams: readonly StreamInfo[] = recording.streams.map(({ info }) => info)
    const outputs = checkGraph(spec, streams, openModels(), parameters)
    return { outputs, sources: bindSources(spec, streams) }
  } finally {
    await recording.close()
  }
}

async function measured(
  path: string | undefined,
  spec: GraphSpec,
  parameters: Record<string, unknown>,
) {
  if (path === undefined) throw badOption('graph', '--in RECORDING is missing')
  const recording = await openRecordingFile(path)
  try {
    return { costs: await measureGraph(spec, recording, openModels(), parameters) }
  } finally {
    await recording.close()
  }
}

/** The graph in words: what there is, in the order in which samples pass. */
function explained(
  spec: GraphSpec,
  parameters: Record<string, unknown>,
  segments: readonly Segment[],
): string {
  const flat = expandGraph(spec, parameters)
  const plan = planGraph(flat, nodeCatalog)
  const sources = Object.entries(spec.sources).map(
    ([name, { type, help }]) => `  ${name}  ${type ?? 'any stream'}${help ? `: ${help}` : ''}`,
  )
  const nodes = plan.order.map((id) => {
    const { node, options } = flat.nodes[id]!
    const feeds = flat.edges.filter(({ to }) => to.split('.')[0] === id).map(({ from }) => from)
    const given = Object.keys(options).length ? ` ${JSON.stringify(options)}` : ''
    return `  ${id} ← ${feeds.join(', ')}\n    ${nodeCatalog.get(node)!.help}${given}`
  })
  const outputs = Object.entries(flat.outputs).map(([name, from]) => `  ${name} ← ${from}`)
  return [
    `${spec.name}${spec.help ? `: ${spec.help}` : ''}`,
    'Sources:',
    ...sources,
    'Nodes:',
    ...nodes,
    'Outputs:',
    ...outputs,
    ...threads(segments),
    '',
  ].join('\n')
}

/** Nothing where everything runs in one. */
function threads(segments: readonly Segment[]): string[] {
  if (segments.length === 1) return []
  return [
    'Threads:',
    ...segments.map(({ key, spec }) => `  ${key}: ${Object.keys(spec.nodes).join(', ')}`),
    'Queues:',
    ...segments.flatMap(({ writes }) =>
      writes.map(
        ({ from, readers, queue }) => `  ${from} → ${readers.join(', ')}: ${inWords(queue)}`,
      ),
    ),
  ]
}

function inWords({ policy, frames, seconds, spillBytes }: Segment['writes'][number]['queue']) {
  const length = frames ? `${frames} frames` : `${seconds} s`
  return `${policy}, ${length}${policy === 'spill' ? `, then ${spillBytes} bytes of a file` : ''}`
}
