/**
 * A page as the live traces would show it: its samples, and some before them for the filters to
 * settle on, through the same nodes that a live stream goes through.
 */
import type { ReviewView } from '../../contract/index.ts'
import {
  type OverviewStream,
  PagePoints,
  type PageRange,
  type Points,
} from '../../formats/index.ts'
import { Graph, GraphMemory, type GraphSpec } from '../../graph/index.ts'
import { newKernelMemory } from '../../kernels/index.ts'
import { nodeCatalog } from '../../nodes/catalog.ts'
import {
  type Chunk,
  type ChunkBuffer,
  type NumericFormat,
  type Samples,
  type StreamInfo,
  SynapseError,
  strideFor,
} from '../../signal/index.ts'
import { usualView, viewGraph } from '../live-graph.ts'

const maxFrames = 256
/** Cycles of the low cut until what was before it no longer shows, and the longest wait. */
const settleCycles = 3
const longestSettleSeconds = 20
const shortestSettleSeconds = 2
/** Values of a page and what is before it: more would take too long. */
const mostValues = 1 << 22

/** Whether this page is narrow enough, and its stream a signal with anything to filter. */
export function isFilterable(
  stream: OverviewStream,
  range: PageRange,
  view: ReviewView | null,
): view is ReviewView {
  if (!view || !filterSpec(stream.recorded.info, view)) return false
  const { map, recorded } = stream
  const frames = map.frameAt(range.to) - map.frameAt(range.from - settleSeconds(view))
  return frames * recorded.info.channels.length <= mostValues
}

/** @throws SynapseError graph-invalid for a montage that these channels cannot have, io-failed */
export async function filteredPage(
  stream: OverviewStream,
  range: PageRange,
  channels: readonly number[],
  view: ReviewView,
): Promise<Points & { readonly kind: 'samples' | 'envelope' }> {
  const { map, recorded } = stream
  const { info } = recorded
  const first = map.frameAt(range.from - settleSeconds(view))
  const end = Math.min(map.count, map.frameAt(range.to) + 1)
  const shownFrom = Math.max(0, map.frameAt(range.from) - 1)
  const each = end - shownFrom <= 2 * range.columns
  const shown = channels.map((at) => ({ at, scale: 1, offset: 0 }))
  const points = new PagePoints(range, shown, each)
  const shownTime = map.timeOf(shownFrom)
  const pass = new FilterPass(info, filterSpec(info, view)!, ({ frames, time, data, stride }) => {
    for (let f = 0; f < frames; f++) {
      if (time[f]! >= shownTime) points.add(time[f]!, data, f * stride, false)
    }
  })
  try {
    await stream.eachBlock(first, end, (data, firstFrame, frames, beginsRun) => {
      if (beginsRun && firstFrame > first) {
        pass.breakRun()
        if (firstFrame > shownFrom) points.breakLine()
      }
      for (let done = 0; done < frames; done += maxFrames) {
        const count = Math.min(maxFrames, frames - done)
        const from = firstFrame + done
        const part = data.subarray(done * info.channels.length)
        pass.push(part, count, map.timeOf(from), map.timeOf(from + count - 1))
      }
    })
  } finally {
    pass.close()
  }
  return { ...points.finish(), kind: each ? 'samples' : 'envelope' }
}

function settleSeconds({ lowCutHz }: ReviewView): number {
  const wanted = lowCutHz ? settleCycles / lowCutHz : 0
  return Math.min(longestSettleSeconds, Math.max(shortestSettleSeconds, wanted))
}

function filterSpec(info: StreamInfo, view: ReviewView): GraphSpec | null {
  const spec = viewGraph(info, { ...view, binRateHz: usualView.binRateHz })
  if (!spec.outputs.filtered || spec.outputs.filtered === 'calibrated') return null
  return spec
}

/** Chunks in their order, and what the filters make of them. */
class FilterPass {
  readonly #graph: Graph
  readonly #chunk: ChunkBuffer
  readonly #channels: number
  #next = 0

  constructor(info: StreamInfo, spec: GraphSpec, take: (chunk: Chunk) => void) {
    const memory = new GraphMemory(newKernelMemory())
    const stride = strideFor(info.channels.length)
    this.#channels = info.channels.length
    this.#chunk = {
      firstSample: 0,
      frames: 0,
      data: memory.lend().samples(info.sampleFormat as NumericFormat, stride * maxFrames),
      stride,
      time: new Float64Array(maxFrames),
      hostTime: new Float64Array(maxFrames),
      deviceTime: null,
      sequence: null,
    }
    this.#graph = new Graph(spec, {
      catalog: nodeCatalog,
      sources: { raw: info },
      memory,
      maxFrames,
      model: (name) => {
        throw new SynapseError('model-missing', `reading a page: it needs no model "${name}"`)
      },
      outputs: {
        chunk: (output, chunk) => {
          if (output === 'filtered') take(chunk)
        },
        gap: () => {}, // lines are broken where the file has its gaps
        request: () => {},
      },
    })
  }

  /** Filters begin anew behind a gap. */
  breakRun(): void {
    const lost = { atSample: this.#next, lostSamples: 1, exact: true, reason: 'lost' } as const
    this.#graph.gap('raw', lost)
    this.#next += 1
  }

  push(data: Samples, frames: number, from: number, to: number): void {
    const chunk = this.#chunk
    for (let f = 0; f < frames; f++) {
      const at = f * this.#channels
      for (let c = 0; c < this.#channels; c++) chunk.data[f * chunk.stride + c] = data[at + c]!
      chunk.time[f] = frames > 1 ? from + (f / (frames - 1)) * (to - from) : from
      chunk.hostTime[f] = chunk.time[f]!
    }
    chunk.firstSample = this.#next
    chunk.frames = frames
    this.#next += frames
    this.#graph.chunk('raw', chunk)
  }

  close(): void {
    this.#graph.close()
  }
}
