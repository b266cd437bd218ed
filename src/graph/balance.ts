/**
 * Where nodes that name no thread run under `threads: {"rule": "balanced"}`: so that the busiest
 * thread has least to do, what crosses between threads counted on both sides; of equal ones where
 * least crosses. No chance and no clock: the same graph over the same streams is cut the same.
 *
 * From blocks of about equal load along the graph's order, single nodes are moved and pairs are
 * exchanged as long as that helps (after Fiduccia and Mattheyses 1982, Kernighan and Lin 1970).
 */
import type { FlatGraph } from './expand.ts'
import { invalid } from './invalid.ts'
import { graphLoads, type Loads, type SourceInfos } from './node-loads.ts'
import type { GraphPlan, NodeCatalog } from './plan.ts'

/** Another thread has to take this share off the busiest one to be worth its while. */
const worthShare = 0.1
/** With more nodes than these, pairs are not tried: there are too many. */
const mostForPairs = 64
const mostRounds = 100

interface Weight {
  /** Microseconds per second of stream of the thread that has most to do. */
  readonly busiest: number
  readonly crossing: number
}

/** Of every node, the place of its thread in a list. */
type Places = Map<string, number>

/**
 * @param main where everything runs that needs no other thread
 * @returns by node id, the thread of every node that names none
 * @throws SynapseError graph-invalid, naming what the rule cannot do
 */
export function balancedThreads(
  flat: FlatGraph,
  plan: GraphPlan,
  catalog: NodeCatalog,
  infos: SourceInfos,
  main: string,
): ReadonlyMap<string, string> {
  const { threads, nodes } = flat
  if (!threads) return new Map()
  const { most, costs } = threads
  const stranger = Object.keys(costs).find((id) => !(id in nodes))
  if (stranger !== undefined) {
    const known = Object.keys(nodes).join(', ')
    throw invalid(flat, `threads.costs names "${stranger}", which is no node`, `Nodes: ${known}.`)
  }
  const names = threadNames(flat, most, main)
  const loads = graphLoads(flat, plan, catalog, costs, infos)
  const free = plan.order.filter((id) => nodes[id]!.thread === undefined)
  const fewest = Math.min(most, names.fewest)
  let best: { places: Places; weight: Weight } | undefined
  for (let count = fewest; count <= names.all.length; count++) {
    const places = new Map(
      plan.order.flatMap((id) => {
        const { thread } = nodes[id]!
        return thread === undefined ? [] : [[id, names.all.indexOf(thread)] as const]
      }),
    )
    divide(free, loads, count, places)
    const weight = refine(free, loads, count, places)
    if (!best || weight.busiest < (1 - worthShare) * best.weight.busiest) best = { places, weight }
  }
  return new Map(free.map((id) => [id, names.all[best!.places.get(id)!]!]))
}

/** Those that nodes name come first, and cannot be left out. */
function threadNames(flat: FlatGraph, most: number, main: string) {
  const named = new Set<string>()
  for (const { thread } of Object.values(flat.nodes)) if (thread !== undefined) named.add(thread)
  if (named.size > most) {
    throw invalid(
      flat,
      `threads.most = ${most}, but its nodes name ${named.size}: ${[...named].join(', ')}`,
      `Let most be ${named.size} at least, or name fewer.`,
    )
  }
  const needed = named.size < most ? new Set([main, ...named]) : named
  const all = [...needed]
  for (let n = 2; all.length < most; n++) {
    if (!named.has(`balanced-${n}`)) all.push(`balanced-${n}`)
  }
  return { all, fewest: needed.size }
}

/** Along the order in which samples pass, one thread after the other gets its share. */
function divide(free: readonly string[], { nodes }: Loads, count: number, places: Places): void {
  const loads = new Float64Array(count)
  for (const [id, place] of places) loads[place]! += nodes.get(id)!
  const whole = [...nodes.values()].reduce((sum, each) => sum + each, 0)
  let place = 0
  for (const id of free) {
    const mine = nodes.get(id)!
    while (place < count - 1 && loads[place]! + mine / 2 > whole / count) place++
    places.set(id, place)
    loads[place]! += mine
  }
}

/** In place. */
function refine(free: readonly string[], loads: Loads, count: number, places: Places): Weight {
  let weight = weigh(loads, count, places)
  const isBetter = (): boolean => {
    const other = weigh(loads, count, places)
    if (!isLess(other, weight)) return false
    weight = other
    return true
  }
  for (let round = 0; round < mostRounds; round++) {
    const hasMoved = moveEach(free, count, places, isBetter)
    const hasSwapped = free.length <= mostForPairs && swapEach(free, places, isBetter)
    if (!hasMoved && !hasSwapped) break
  }
  return weight
}

function moveEach(
  free: readonly string[],
  count: number,
  places: Places,
  isBetter: () => boolean,
): boolean {
  let any = false
  for (const id of free) {
    for (let to = 0; to < count; to++) {
      const from = places.get(id)!
      if (to === from) continue
      places.set(id, to)
      if (isBetter()) any = true
      else places.set(id, from)
    }
  }
  return any
}

function swapEach(free: readonly string[], places: Places, isBetter: () => boolean): boolean {
  let any = false
  for (const [i, one] of free.entries()) {
    for (const other of free.slice(i + 1)) {
      const [mine, its] = [places.get(one)!, places.get(other)!]
      if (mine === its) continue
      places.set(one, its).set(other, mine)
      if (isBetter()) any = true
      else places.set(one, mine).set(other, its)
    }
  }
  return any
}

/** A queue costs its writer once, whoever reads it, and every thread that reads it. */
function weigh({ nodes, flows }: Loads, count: number, places: Places): Weight {
  const loads = new Float64Array(count)
  for (const [id, load] of nodes) loads[places.get(id)!]! += load
  let crossing = 0
  for (const { writer, readers, crossing: each } of flows) {
    const at = writer === null ? -1 : places.get(writer)!
    const others = new Set(readers.map((id) => places.get(id)!))
    others.delete(at)
    for (const place of others) loads[place]! += each
    if (others.size > 0 && at >= 0) loads[at]! += each
    crossing += others.size * each
  }
  return { busiest: Math.max(...loads), crossing }
}

/** By more than what summing in another order makes. */
function isLess(a: Weight, b: Weight): boolean {
  const slack = 1e-9 * (b.busiest + b.crossing)
  if (Math.abs(a.busiest - b.busiest) > slack) return a.busiest < b.busiest
  return a.crossing < b.crossing - slack
}
