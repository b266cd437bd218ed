/** What ASR changes, the signal above a cut, and what it judges by: that, weighed by frequency. */
import type { Chunk, NodeMemory, NodeState } from '../../signal/index.ts'
import { newHighPass } from '../_artifact/high-pass.ts'
import { newRunningCascade } from '../_iir/running-cascade.ts'
import { shapingSections } from './spectral-shape.ts'

interface JudgedShape {
  readonly channels: number
  readonly cutHz: number
  readonly rateHz: number
  readonly maxFrames: number
  readonly isShaped: boolean
}

export interface JudgedSignal {
  readonly state: NodeState
  /** Of the chunk last taken in, frame by frame: above the cut, and weighed. */
  readonly changed: Float32Array
  readonly judged: Float32Array
  take(chunk: Chunk): void
  /** The next frame is the first of a new run. */
  restart(): void
  /** Weighs `frames` frames in place, as one piece of their own. */
  weigh(data: Float32Array, frames: number): void
}

export function newJudgedSignal(memory: NodeMemory, shape: JudgedShape): JudgedSignal {
  const { channels, rateHz } = shape
  const highPass = newHighPass(memory, shape)
  const { data: changed } = highPass
  if (!shape.isShaped) {
    const { state, take, restart } = highPass
    return { state, changed, judged: changed, take, restart, weigh: () => {} }
  }
  const cascade = newRunningCascade(memory, shapingSections(rateHz), channels)
  const judged = memory.float32(changed.length)
  const state = { highPass: highPass.state, cascade: cascade.state, primed: false }
  return {
    state,
    changed,
    judged,
    take(chunk) {
      highPass.take(chunk)
      if (!state.primed) cascade.prime(changed)
      state.primed = true
      cascade.run(changed, judged, chunk.frames)
    },
    restart() {
      highPass.restart()
      state.primed = false
    },
    weigh(data, frames) {
      const running = cascade.state.slice()
      cascade.prime(data)
      cascade.run(data, data, frames)
      cascade.state.set(running)
    },
  }
}
