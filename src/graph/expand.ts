/**
 * A graph as written to one as run: parameters take their values, parts used by name are put in
 * their places. Node `b` of a part used as `a` becomes `a/b`.
 */
import type { SynapseError } from '../signal/index.ts'
import { invalid } from './invalid.ts'
import {
  type GraphSpec,
  type QueueSettings,
  queueSettings,
  type Resilience,
  resilienceSchema,
  type ThreadRule,
  threadRule,
} from './spec.ts'

export interface FlatNode {
  readonly node: string
  readonly options: Readonly<Record<string, unknown>>
  readonly resilience: Resilience
  /** As annotated, on the node or on a part around it. */
  readonly thread?: string
}

export interface FlatEdge {
  readonly from: string
  readonly to: string
  readonly queue?: QueueSettings
}

/** A graph without parts and parameters. */
export interface FlatGraph {
  readonly name: string
  readonly sources: GraphSpec['sources']
  readonly nodes: Readonly<Record<string, FlatNode>>
  readonly edges: readonly FlatEdge[]
  readonly outputs: Readonly<Record<string, string>>
  readonly threads: ThreadRule | null
}

/** Values of parameters, by name; those not named keep their defaults. */
export type ParameterValues = Readonly<Record<string, unknown>>

type SpecNode = GraphSpec['nodes'][string]
type SpecEdge = GraphSpec['edges'][number]
type Part = NonNullable<GraphSpec['graphs']>[string]

/** @throws SynapseError graph-invalid, naming node, part or parameter */
export function expandGraph(spec: GraphSpec, values: ParameterValues = {}): FlatGraph {
  checkParameters(spec, values)
  const flat: Flattening = { spec, values, nodes: {}, edges: [] }
  const aliases = addNodes(flat, { prefix: '', path: [] }, spec.nodes)
  for (const edge of spec.edges) connect(flat, aliases, '', edge)
  const outputs: Record<string, string> = {}
  for (const [name, reference] of Object.entries(spec.outputs)) {
    outputs[name] = aliases.outputs.get(reference) ?? reference
  }
  const { name, sources } = spec
  const { nodes, edges } = flat
  return { name, sources, nodes, edges, outputs, threads: threadRule(spec) }
}

interface Flattening {
  readonly spec: GraphSpec
  readonly values: ParameterValues
  readonly nodes: Record<string, FlatNode>
  readonly edges: FlatEdge[]
}

/** What references to the ports of parts mean inside: several targets for an input. */
interface Aliases {
  readonly inputs: Map<string, string[]>
  readonly outputs: Map<string, string>
}

/** Where in the parts within parts we are. */
interface Place {
  readonly prefix: string
  /** Names of the parts around. */
  readonly path: readonly string[]
  /** Annotated on a part around. */
  readonly thread?: string | undefined
}

function addNodes(
  flat: Flattening,
  place: Place,
  nodes: Readonly<Record<string, SpecNode>>,
): Aliases {
  const aliases: Aliases = { inputs: new Map(), outputs: new Map() }
  for (const [id, entry] of Object.entries(nodes)) {
    const full = `${place.prefix}${id}`
    const thread = entry.thread ?? place.thread
    if (entry.graph !== undefined) addPart(flat, id, entry, aliases, place)
    else if (entry.node === undefined) {
      throw invalid(flat.spec, `"${full}" is neither a node nor a graph`)
    } else {
      flat.nodes[full] = {
        node: entry.node,
        options: withParameters(flat, full, entry.options ?? {}) as Record<string, unknown>,
        resilience: resilienceSchema.parse(entry.resilience ?? {}),
        ...(thread === undefined ? {} : { thread }),
      }
    }
  }
  return aliases
}

function addPart(
  flat: Flattening,
  id: string,
  entry: SpecNode,
  aliases: Aliases,
  { prefix, path, thread }: Place,
): void {
  const full = `${prefix}${id}`
  const name = entry.graph!
  const part = flat.spec.graphs?.[name]
  if (!part) throw unknownPart(flat.spec, full, name)
  if (path.includes(name)) {
    throw invalid(flat.spec, `graph "${name}" contains itself: ${[...path, name].join(' → ')}`)
  }
  const within = { prefix: `${full}/`, path: [...path, name], thread: entry.thread ?? thread }
  const inner = addNodes(flat, within, part.nodes)
  const fed = edgesInside(flat, full, part, inner)
  const [firstInput] = part.inputs
  for (const input of part.inputs) {
    aliases.inputs.set(`${id}.${input}`, fed.get(input) ?? [])
    if (input === firstInput) aliases.inputs.set(id, fed.get(input) ?? [])
  }
  for (const [output, reference] of Object.entries(part.outputs)) {
    const target = inner.outputs.get(reference) ?? `${full}/${reference}`
    aliases.outputs.set(`${id}.${output}`, target)
    if (!aliases.outputs.has(id)) aliases.outputs.set(id, target)
  }
}

/** Lays the part's own edges; returns whom each of its inputs feeds. */
function edgesInside(
  flat: Flattening,
  full: string,
  part: Part,
  inner: Aliases,
): Map<string, string[]> {
  const fed = new Map<string, string[]>()
  for (const edge of part.edges) {
    const { from, to } = edge
    if (!part.inputs.includes(from)) connect(flat, inner, `${full}/`, edge)
    else fed.set(from, [...(fed.get(from) ?? []), ...targets(inner, `${full}/`, to)])
  }
  return fed
}

function connect(
  flat: Flattening,
  aliases: Aliases,
  prefix: string,
  { from, to, queue }: SpecEdge,
): void {
  const source = aliases.outputs.get(from) ?? `${prefix}${from}`
  for (const target of targets(aliases, prefix, to)) {
    const edge = { from: source, to: target }
    flat.edges.push(queue ? { ...edge, queue: queueSettings(queue) } : edge)
  }
}

function targets(aliases: Aliases, prefix: string, to: string): string[] {
  return aliases.inputs.get(to) ?? [`${prefix}${to}`]
}

function unknownPart(spec: GraphSpec, full: string, name: string): SynapseError {
  const known = Object.keys(spec.graphs ?? {}).join(', ') || 'none'
  return invalid(spec, `node "${full}" uses the unknown graph "${name}"`, `Known graphs: ${known}.`)
}

function checkParameters(spec: GraphSpec, values: ParameterValues): void {
  const known = Object.keys(spec.parameters ?? {})
  const unknown = Object.keys(values).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const remedy = `Parameters: ${known.join(', ') || 'none'}.`
  throw invalid(spec, `there is no parameter "${unknown}"`, remedy)
}

/** Puts values in the place of `{"$parameter": name}`, however deep. */
function withParameters(flat: Flattening, node: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => withParameters(flat, node, each))
  if (typeof value !== 'object' || value === null) return value
  if ('$parameter' in value) return parameterValue(flat, node, String(value.$parameter))
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withParameters(flat, node, each)]),
  )
}

function parameterValue({ spec, values }: Flattening, node: string, name: string): unknown {
  const parameter = spec.parameters?.[name]
  if (parameter) return values[name] ?? parameter.default
  const known = Object.keys(spec.parameters ?? {}).join(', ') || 'none'
  throw invalid(
    spec,
    `node "${node}" takes the unknown parameter "${name}"`,
    `Parameters: ${known}.`,
  )
}
