/**
 * Least-squares fit of a mains sine and its harmonics to every channel with a fading memory, exact
 * from the first cycle on, so that nothing rings at the onset. What is fitted is the difference of
 * samples `lag` apart, in which electrode offsets and drifts vanish; what comes out is the sine of
 * the signal itself. All channels share the normal matrix, because all are fitted by the same
 * sines. A value that is not finite, or whose partner is not, is replaced by the fit and so
 * teaches nothing.
 */
import type { NodeMemory, NodeState } from '../../signal/index.ts'
import { choleskyInPlace, choleskySolve } from '../_linear-algebra/cholesky.ts'

interface SineFitShape {
  readonly channels: number
  readonly harmonics: number
  /** Weight that the past keeps per sample. */
  readonly keep: number
}

export interface SineFit {
  readonly state: NodeState
  /** Sets the sines to the phase of this sample, in radians of the fundamental. */
  at(phase: number): void
  /** Teaches channel `c` the difference of the signal at the sines' present place. */
  learn(channel: number, difference: number): void
  /** Ends the frame: ages the shared normal matrix. */
  advance(): void
  /** Fits anew. */
  solve(): void
  /** The fitted difference of a channel at the sines' present place. */
  fitted(channel: number): number
  /**
   * The fitted signal itself, undoing what the difference did to each harmonic.
   * @param turn angle of the fundamental that passes in `lag` samples
   */
  signal(channel: number, turn: number): number
  forget(): void
}

export function newSineFit(memory: NodeMemory, shape: SineFitShape): SineFit {
  const { channels, harmonics, keep } = shape
  const size = 2 * harmonics
  const normal = memory.float64(size * size)
  const cross = memory.float64(channels * size)
  const weights = memory.float64(channels * size)
  const factor = memory.float64(size * size)
  const sines = memory.float64(size)
  const state = { normal, cross, weights }

  function fitted(channel: number): number {
    let sum = 0
    for (let i = 0; i < size; i++) sum += weights[channel * size + i]! * sines[i]!
    return sum
  }

  return {
    state,
    fitted,
    forget() {
      normal.fill(0)
      cross.fill(0)
      weights.fill(0)
    },
    at(phase) {
      for (let h = 0; h < harmonics; h++) {
        sines[2 * h] = Math.cos((h + 1) * phase)
        sines[2 * h + 1] = Math.sin((h + 1) * phase)
      }
    },
    learn(channel, difference) {
      const value = Number.isFinite(difference) ? difference : fitted(channel)
      for (let i = 0; i < size; i++) {
        const at = channel * size + i
        cross[at] = cross[at]! * keep + value * sines[i]!
      }
    },
    advance() {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          normal[i * size + j] = normal[i * size + j]! * keep + sines[i]! * sines[j]!
        }
      }
    },
    solve() {
      factor.set(normal)
      choleskyInPlace(factor, size)
      weights.set(cross)
      for (let c = 0; c < channels; c++) choleskySolve(factor, size, weights, c * size)
    },
    signal(channel, turn) {
      let sum = 0
      for (let h = 0; h < harmonics; h++) {
        const at = channel * size + 2 * h
        // With z = (a − jb)·e^{jφ}, the difference is z·(1 − e^{−jα}); dividing gives the signal.
        const re = weights[at]! * sines[2 * h]! + weights[at + 1]! * sines[2 * h + 1]!
        const im = weights[at]! * sines[2 * h + 1]! - weights[at + 1]! * sines[2 * h]!
        const angle = (h + 1) * turn
        const gainRe = 1 - Math.cos(angle)
        const gainIm = Math.sin(angle)
        sum += (re * gainRe + im * gainIm) / (gainRe * gainRe + gainIm * gainIm)
      }
      return sum
    },
  }
}
