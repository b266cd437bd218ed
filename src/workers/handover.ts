/**
 * What a graph leaves to the one that takes its place in other threads, or cut in another way: the
 * snapshot that all of its lanes stand at, and the rings that others read its outputs from.
 */
import type { Graph, GraphSnapshot } from '../graph/index.ts'
import type { LiveKeyed } from '../store/index.ts'
import { LaneImage } from './lane-image.ts'
import type { Handover, OpenLane } from './messages.ts'

/** @param lanes all of a graph that stands at the snapshot of this number */
export function handoverOf(number: number, lanes: readonly OpenLane[]): Handover {
  return {
    number,
    images: lanes.map(({ image }) => image),
    identities: Object.assign({}, ...lanes.map(({ identities }) => identities)),
    outputs: lanes.flatMap(({ outputs }) => outputs),
    calls: lanes.flatMap(({ calls }) => calls),
    meters: {
      nodes: lanes.flatMap(({ meters }) => meters.nodes),
      edges: lanes.flatMap(({ meters }) => meters.edges),
      inputs: lanes.flatMap(({ meters }) => meters.inputs),
    },
  }
}

/** Whether all lanes took this snapshot, at the same samples. */
export function isHandoverWhole({ number, images }: Handover): boolean {
  return images.every((image) => {
    const mark = new LaneImage(image).mark()
    return mark.number === number && mark.isAligned
  })
}

/** Nodes that are the same go on with their states. @returns where to go on with the answers */
export function takeOver({ number, images, identities }: Handover, graph: Graph, keyed: LiveKeyed) {
  const states: Record<string, GraphSnapshot[string]> = {}
  const answers = new Map<string, number>()
  const kept: Uint8Array[] = []
  for (const image of images) {
    const taken = new LaneImage(image).read(number)
    if (!taken) continue
    Object.assign(states, taken.states)
    kept.push(taken.kept)
    for (const [r, reader] of image.readers.entries()) {
      answers.set(reader, taken.mark.positions[r]!)
    }
  }
  graph.adopt(identities, states)
  keyed.resume(kept, [])
  return answers
}
