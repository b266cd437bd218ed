/**
 * Where boxes and lines of a graph lie, by dagre: layers from top to bottom, in the way of the
 * samples. The same graph always lies the same; nothing that is measured moves anything.
 */
import { Graph, layout } from '@dagrejs/dagre'
import type { GraphShape } from '../../../contract/index.ts'

export interface Box {
  /** `source name`, `node id` or `output name`. */
  readonly key: string
  readonly kind: 'source' | 'node' | 'output'
  /** Name or id. */
  readonly id: string
  /** Of the left upper corner, in pixels. */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Line {
  /** As the edge is named. */
  readonly to: string
  /** Of an SVG path. */
  readonly path: string
  /** In the middle, where its queue stands. */
  readonly x: number
  readonly y: number
}

/** The nodes of one thread, where there is more than one. */
export interface Group {
  readonly key: string
  readonly thread: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Laid {
  readonly width: number
  readonly height: number
  /** In the way of the samples. */
  readonly boxes: readonly Box[]
  readonly lines: readonly Line[]
  readonly groups: readonly Group[]
}

interface Point {
  readonly x: number
  readonly y: number
}

const boxWidth = 168
const endWidth = 116
const headHeight = 68
const flowHeight = 16
const endHeight = 44
/** Lines keep so far from boxes that they do not touch. */
const clearance = 4
/** As finely as is looked whether they do. */
const curveSteps = 24
/** For the name of a thread above its nodes. */
const groupHead = 20

export function keyOf(kind: Box['kind'], id: string): string {
  return `${kind} ${id}`
}

export function layoutGraph(shape: GraphShape): Laid {
  const isCut = shape.segments.length > 1
  const graph = new Graph({ compound: true, multigraph: true })
  const gaps = { nodesep: 16, ranksep: isCut ? 52 : 36, edgesep: 12, marginx: 16, marginy: 16 }
  graph.setGraph({ rankdir: 'TB', ...gaps })
  graph.setDefaultEdgeLabel(() => ({}))
  const sizes = sizesOf(shape)
  for (const { key, width, height } of sizes) graph.setNode(key, { width, height })
  if (isCut) {
    for (const { key } of shape.segments) graph.setNode(keyOfGroup(key), {})
    for (const { id, segment } of shape.nodes) {
      graph.setParent(keyOf('node', id), keyOfGroup(segment))
    }
  }
  const ends = new Map(shape.edges.map((edge) => [edge.to, endsOf(shape, edge)]))
  for (const [to, { from, into }] of ends) graph.setEdge(from.key, into.key, { weight: 1 }, to)
  layout(graph)
  const boxes = sizes.map((size): Box => {
    const { x, y } = graph.node(size.key) as Point
    return { ...size, x: Math.round(x - size.width / 2), y: Math.round(y - size.height / 2) }
  })
  const at = new Map(boxes.map((box) => [box.key, box]))
  const lines = [...ends].map(([to, { from, into }]): Line => {
    const { points } = graph.edge(from.key, into.key, to) as { points: readonly Point[] }
    const begin = portPlace(at.get(from.key)!, from, 'bottom')
    const end = portPlace(at.get(into.key)!, into, 'top')
    // Straight on where nothing stands in the way, else around.
    const isFree = !boxes.some((box) => stands(box, begin, end))
    const way = isFree ? [begin, end] : [begin, ...points.slice(1, -1), end]
    const middle = isFree
      ? { x: (begin.x + end.x) / 2, y: (begin.y + end.y) / 2 }
      : points[Math.floor(points.length / 2)]!
    return { to, path: pathThrough(way), x: Math.round(middle.x), y: Math.round(middle.y) }
  })
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number }
  const groups = isCut ? groupsOf(shape, boxes) : []
  return { width: Math.ceil(width), height: Math.ceil(height), boxes, lines, groups }
}

function sizesOf({ sources, nodes, outputs }: GraphShape): Omit<Box, 'x' | 'y'>[] {
  const end = { width: endWidth, height: endHeight }
  return [
    ...sources.map(({ name }) => ({
      key: keyOf('source', name),
      kind: 'source' as const,
      id: name,
      width: boxWidth,
      height: headHeight,
    })),
    ...nodes.map(({ id, outputs: ports }) => ({
      key: keyOf('node', id),
      kind: 'node' as const,
      id,
      width: boxWidth,
      height: headHeight + flowHeight * Math.max(1, ports.length),
    })),
    ...outputs.map(({ name }) => ({
      key: keyOf('output', name),
      kind: 'output' as const,
      id: name,
      ...end,
    })),
  ]
}

/** A box and which of its ports, of how many. */
interface End {
  readonly key: string
  readonly port: number
  readonly ports: number
}

function endsOf(shape: GraphShape, edge: GraphShape['edges'][number]): { from: End; into: End } {
  const [from, fromPort] = parted(edge.from)
  const [to, toPort] = parted(edge.to)
  const source = shape.nodes.find(({ id }) => id === from)
  const target = shape.nodes.find(({ id }) => id === to)
  return {
    from: source
      ? endAt(
          keyOf('node', from),
          fromPort,
          source.outputs.map(({ port }) => port),
        )
      : { key: keyOf('source', from), port: 0, ports: 1 },
    into:
      target && toPort !== undefined
        ? endAt(keyOf('node', to), toPort, target.inputs)
        : { key: keyOf('output', edge.to), port: 0, ports: 1 },
  }
}

function endAt(key: string, port: string | undefined, ports: readonly string[]): End {
  return { key, port: Math.max(0, ports.indexOf(port ?? '')), ports: Math.max(1, ports.length) }
}

/** `a/b.out` → `a/b`, `out`. */
export function parted(reference: string): readonly [string, string | undefined] {
  const at = reference.lastIndexOf('.')
  return at < 0 ? [reference, undefined] : [reference.slice(0, at), reference.slice(at + 1)]
}

function portPlace(box: Box, { port, ports }: End, side: 'top' | 'bottom'): Point {
  const x = box.x + (box.width * (port + 1)) / (ports + 1)
  return { x: Math.round(x), y: side === 'top' ? box.y : box.y + box.height }
}

/** Whether the line from one point to another would go through this box. */
function stands(box: Box, begin: Point, end: Point): boolean {
  for (let step = 1; step < curveSteps; step++) {
    const t = step / curveSteps
    // Of the curve that `pathThrough` draws between two points.
    const along = 3 * (1 - t) * t * t + t * t * t
    const x = begin.x + (end.x - begin.x) * along
    const y = begin.y + (end.y - begin.y) * (1.5 * (1 - t) * t + t * t * t)
    const isInside = x > box.x - clearance && x < box.x + box.width + clearance
    if (isInside && y > box.y - clearance / 2 && y < box.y + box.height + clearance / 2) return true
  }
  return false
}

/** Leaves downwards, comes in from above. */
function pathThrough(points: readonly Point[]): string {
  const [first, ...others] = points as readonly [Point, ...Point[]]
  const parts = [`M${first.x} ${first.y}`]
  let from = first
  for (const to of others) {
    const middle = Math.round((from.y + to.y) / 2)
    const [x, y] = [Math.round(to.x), Math.round(to.y)]
    parts.push(`C${Math.round(from.x)} ${middle} ${x} ${middle} ${x} ${y}`)
    from = to
  }
  return parts.join('')
}

function groupsOf({ segments, nodes }: GraphShape, boxes: readonly Box[]): Group[] {
  return segments.flatMap(({ key, thread }) => {
    const inside = new Set(nodes.flatMap(({ id, segment }) => (segment === key ? [id] : [])))
    const mine = boxes.filter(({ kind, id }) => kind === 'node' && inside.has(id))
    if (mine.length === 0) return []
    const x = Math.min(...mine.map((box) => box.x)) - 8
    const y = Math.min(...mine.map((box) => box.y)) - groupHead
    const right = Math.max(...mine.map((box) => box.x + box.width)) + 8
    const bottom = Math.max(...mine.map((box) => box.y + box.height)) + 8
    return [{ key, thread, x, y, width: right - x, height: bottom - y }]
  })
}

function keyOfGroup(segment: string): string {
  return `segment ${segment}`
}
