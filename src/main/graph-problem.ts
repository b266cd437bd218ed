/**
 * Where in a graph's text the trouble is: messages name node, port, option or reference, and the
 * JSON's own tree says where these stand.
 */
import { findNodeAtLocation, type Node, type ParseError, parseTree } from 'jsonc-parser'
import type { GraphProblem } from '../contract/index.ts'
import type { SynapseError } from '../signal/index.ts'

type JsonPath = readonly (string | number)[]

interface Place {
  readonly path: JsonPath
  readonly node?: string
  readonly port?: string
}

interface Written {
  readonly graphs?: Readonly<Record<string, Pick<Written, 'nodes' | 'edges'>>>
  readonly nodes?: Readonly<Record<string, { readonly graph?: string }>>
  readonly edges?: readonly { readonly from?: unknown; readonly to?: unknown }[]
  readonly outputs?: Readonly<Record<string, unknown>>
}

const id = '[A-Za-z][\\w-]*'
const nodePattern = new RegExp(`(?:node|nodes) "(${id}(?:/${id})*)"`)
const portPattern = new RegExp(`(?:input|port) ((?:${id}/)*${id})\\.(${id})`)
const mostShown = 80

export function graphProblem(text: string, { note }: SynapseError): GraphProblem {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { allowTrailingComma: true })
  const [first] = errors
  if (first || !root) return at(text, note, first?.offset ?? 0, first?.length ?? 0, { path: [] })
  const written = plain(root)
  const place = placeOf(note.message, written)
  const found = nearest(root, place.path)
  return at(text, note, found.offset, found.length, place)
}

function at(
  text: string,
  note: GraphProblem['note'],
  offset: number,
  length: number,
  { node, port }: Place,
): GraphProblem {
  const before = text.slice(0, offset).split('\n')
  const value = text
    .slice(offset, offset + length)
    .replace(/\s+/g, ' ')
    .trim()
  return {
    note,
    offset,
    length,
    line: before.length,
    column: before.at(-1)!.length + 1,
    node: node ?? null,
    port: port ?? null,
    value: value.length > 0 && value.length <= mostShown ? value : null,
  }
}

/** The message's first words say which check has refused. */
function placeOf(message: string, written: Written): Place {
  const schema = /^reading [^:]*: ([^:\s]+): (?:Unrecognized key: "([^"]+)")?/.exec(message)
  if (schema) return schemaPlace(schema[1]!, schema[2])
  const source = /source "([^"]+)"/.exec(message)?.[1]
  if (source !== undefined) return { path: ['sources', source] }
  const edge = /the edge (\S+) → (\S+)/.exec(message)
  if (edge) return { path: edgePath(written, edge[2]!) }
  const [, fed, port] = portPattern.exec(message) ?? []
  if (fed !== undefined && port !== undefined) {
    const fedBy = /fed twice/.test(message) ? edgePath(written, `${fed}.${port}`) : []
    return { path: fedBy.length > 0 ? fedBy : nodePath(written, fed), node: fed, port }
  }
  return nodePlace(message, written) ?? { path: [] }
}

function schemaPlace(dotted: string, key: string | undefined): Place {
  const steps = dotted === 'graph' ? [] : dotted.split('.').map(numbered)
  const path = key === undefined ? steps : [...steps, key]
  return path[0] === 'nodes' && path.length > 1 ? { path, node: String(path[1]) } : { path }
}

function nodePlace(message: string, written: Written): Place | undefined {
  const circle = new RegExp(`in a circle: (${id}(?:/${id})*) →`).exec(message)?.[1]
  const node = circle ?? nodePattern.exec(message)?.[1]
  if (node === undefined) {
    const reference = /"([^"]+)" names (?:no source|both)/.exec(message)?.[1]
    const wanted = /(?:graph|parameter) "([^"]+)"(?: contains|$)/.exec(message)?.[1]
    if (reference !== undefined) return { path: referencePath(written, reference) }
    return wanted === undefined ? undefined : { path: ['graphs', wanted] }
  }
  const inside = nodePath(written, node)
  const named = /has no port "([^"]+)"/.exec(message)?.[1]
  if (named !== undefined) {
    return { path: referencePath(written, `${node}.${named}`), node, port: named }
  }
  if (/unknown kind/.test(message)) return { path: [...inside, 'node'], node }
  if (/unknown graph/.test(message)) return { path: [...inside, 'graph'], node }
  const unknown = /unknown option ([\w-]+)/.exec(message)?.[1]
  const refused = unknown ?? /option ([\w.-]+) = /.exec(message)?.[1]
  const option = refused ?? namedOption(message, optionsOf(written, inside))
  if (option === undefined) return { path: inside, node }
  return { path: [...inside, 'options', ...option.split('.').map(numbered)], node }
}

/** A node names what it cannot do with, or tells the value that stands there. */
function namedOption(message: string, options: Readonly<Record<string, unknown>>) {
  const reason = message.slice(message.indexOf(': ') + 1)
  const stands = (word: string) => {
    const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return new RegExp(`(?<![\\w.])${escaped}(?!\\w|\\.\\d)`).test(reason)
  }
  const names = Object.keys(options)
  return (
    names.find(stands) ??
    names.find(
      (name) => ['number', 'string'].includes(typeof options[name]) && stands(`${options[name]}`),
    )
  )
}

function optionsOf(written: Written, path: JsonPath): Readonly<Record<string, unknown>> {
  const node = path.reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], written)
  return (node as { options?: Record<string, unknown> } | undefined)?.options ?? {}
}

function numbered(step: string): string | number {
  return /^\d+$/.test(step) ? Number(step) : step
}

/** `a/b`: node `b` of the part that `a` uses. */
function nodePath(written: Written, node: string): JsonPath {
  const steps = node.split('/')
  const last = steps.pop()!
  let within: JsonPath = []
  let part: Pick<Written, 'nodes'> | undefined = written
  for (const step of steps) {
    const name: string | undefined = part?.nodes?.[step]?.graph
    if (name === undefined) return ['nodes', steps[0]!]
    within = ['graphs', name]
    part = written.graphs?.[name]
  }
  return [...within, 'nodes', last]
}

/** The last edge that leads there. */
function edgePath({ edges = [] }: Written, to: string): JsonPath {
  const [node] = to.split('.')
  const index = edges.findLastIndex((edge) => edge.to === to || edge.to === node)
  return index < 0 ? [] : ['edges', index, 'to']
}

function referencePath(written: Written, reference: string): JsonPath {
  for (const [i, edge] of (written.edges ?? []).entries()) {
    if (edge.from === reference) return ['edges', i, 'from']
    if (edge.to === reference) return ['edges', i, 'to']
  }
  for (const [name, from] of Object.entries(written.outputs ?? {})) {
    if (from === reference) return ['outputs', name]
  }
  for (const [name, part] of Object.entries(written.graphs ?? {})) {
    const inner = referencePath(part, reference)
    if (inner.length > 0) return ['graphs', name, ...inner]
  }
  return written.nodes && reference in written.nodes ? ['nodes', reference] : []
}

/** The place itself, or the nearest thing around it that stands in the text. */
function nearest(root: Node, path: JsonPath): { readonly offset: number; readonly length: number } {
  for (let steps = path.length; steps > 0; steps--) {
    const found = findNodeAtLocation(root, path.slice(0, steps) as (string | number)[])
    if (!found) continue
    // What is not there is missing from, or too much in, what is around it: its name is enough.
    const key = found.parent?.type === 'property' ? found.parent.children?.[0] : undefined
    return found.type === 'object' && key ? key : found
  }
  return { offset: root.offset, length: 1 }
}

function plain(root: Node): Written {
  const value = (node: Node): unknown => {
    if (node.type === 'array') return (node.children ?? []).map(value)
    if (node.type !== 'object') return node.value
    const entries = (node.children ?? []).flatMap(({ children: [key, each] = [] }) =>
      key && each ? [[String(key.value), value(each)] as const] : [],
    )
    return Object.fromEntries(entries)
  }
  const written = value(root)
  return typeof written === 'object' && written !== null ? (written as Written) : {}
}
