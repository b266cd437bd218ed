/**
 * Overlap-add for nodes that clean window by window: windows overlap by half, and what two of them
 * take away from a sample is cross-faded with raised-cosine weights that sum to one. A sample
 * leaves at most a window less one sample late, with its own index and time. Windows begin with
 * the first frame after a gap; at a gap everything leaves, cleaned as far as a window reached.
 */
import type { Chunk, Emit, Gap, NodeMemory, NodeState } from '../../signal/index.ts'
import { newSignalBuffer } from '../_stream/derive.ts'
import { newDelayLine } from './delay-line.ts'
import type { RemovalRecord } from './removal-record.ts'

interface OverlapRequest {
  readonly channels: number
  /** An even number. */
  readonly windowFrames: number
  readonly maxFrames: number
  readonly record: RemovalRecord
  /**
   * Writes what is to be taken away from a window; frames are `stride` values apart in both.
   * @param window values that are not finite are replaced by the channel's last sound one
   */
  remove(window: Float32Array, removed: Float32Array): void
}

export interface OverlapWindows {
  readonly state: NodeState
  readonly delaySamples: number
  process(chunk: Chunk, emit: Emit): void
  gap(gap: Gap, emit: Emit): void
}

export function newOverlapWindows(memory: NodeMemory, request: OverlapRequest): OverlapWindows {
  const { channels, windowFrames, maxFrames, record, remove } = request
  const hop = windowFrames / 2
  const line = newDelayLine(memory, channels, windowFrames)
  const { stride, data } = line
  const output = newSignalBuffer(memory, channels, maxFrames)
  const sound = memory.float32(windowFrames * stride)
  const removed = memory.float32(windowFrames * stride)
  const tail = memory.float32(hop * stride)
  const rise = Float64Array.from(
    { length: hop },
    (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / hop),
  )
  // `faded`: whether `tail` holds the second half of what the window before takes away.
  const state = { line: line.state, tail, faded: false }

  function replaceUnsound(): void {
    for (let c = 0; c < stride; c++) {
      let last = 0
      for (let i = c; i < sound.length; i += stride) {
        if (Number.isFinite(data[i]!)) last = data[i]!
        sound[i] = last
      }
    }
  }

  /** Sends the oldest `frames` frames; `removed` holds what they lose. */
  function release(frames: number, emit: Emit): void {
    for (let from = 0; from < frames; from += output.frames) {
      output.frames = Math.min(maxFrames, frames - from)
      const start = from * stride
      for (let i = 0; i < output.frames * stride; i++) {
        output.data[i] = data[start + i]! - removed[start + i]!
      }
      line.emitFrames(from, output, record, emit)
    }
    line.drop(frames)
  }

  function endWindow(emit: Emit): void {
    replaceUnsound()
    remove(sound, removed)
    if (state.faded) {
      for (let i = 0; i < tail.length; i++) {
        const weight = rise[Math.floor(i / stride)]!
        removed[i] = weight * removed[i]! + (1 - weight) * tail[i]!
      }
    }
    for (let i = 0; i < tail.length; i++) tail[i] = removed[tail.length + i]!
    state.faded = true
    release(hop, emit)
  }

  return {
    state,
    delaySamples: windowFrames - 1,
    process(chunk, emit) {
      for (let f = 0; f < chunk.frames; f++) {
        line.push(chunk, f)
        if (line.held() === windowFrames) endWindow(emit)
      }
    },
    gap(gap, emit) {
      removed.fill(0)
      if (state.faded) removed.set(tail)
      state.faded = false
      release(line.held(), emit)
      record.gap(gap, emit)
      emit.gap('out', gap)
    },
  }
}
