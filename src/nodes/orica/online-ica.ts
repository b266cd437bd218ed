/**
 * Online recursive independent component analysis (Akhtar et al. 2012, Hsu et al. 2016): recursive
 * least-squares whitening and the recursive natural gradient, one frame at a time, with a learning
 * rate that cools down from fast to the steady one. The rotation is made orthogonal again every
 * few frames. Whether a component is sharper or flatter than a Gaussian is told by its running
 * kurtosis, as in extended Infomax.
 */
import { SymmetricEigen } from '../../kernels/index.ts'
import type { NodeMemory, NodeState } from '../../signal/index.ts'

/** The learning rate begins at 0.995 / startFrames^cooling. */
const startRate = 0.995
const startFrames = 100
/** Frames beyond so many standard deviations are scaled down to that before they teach. */
const largestDeviation = 10
/** The denominator of the natural gradient's recursion stays above one less this. */
const leastDenominator = 0.5
/** Seeded noise in learning, in units of the signal: keeps a flat channel's whitening finite. */
const dither = 1e-4

interface IcaShape {
  readonly channels: number
  /** Learning rate that is never gone below. */
  readonly steadyRate: number
  readonly cooling: number
  readonly orthogonaliseFrames: number
}

export interface OnlineIca {
  readonly state: NodeState
  /** Activations of the frame taken in last, before it taught anything. */
  readonly activations: Float64Array
  /** Takes a frame in: `activations` from what is known so far. */
  take(frame: Float64Array): void
  /**
   * Learns from the frame taken in.
   * @param kurtosis per component: its sign chooses the nonlinearity
   */
  learn(kurtosis: Float64Array): void
  /** How component `k` shows in the channels. */
  pattern(component: number, into: Float64Array): void
  /** Row `component`, what makes its activation of a frame. */
  filter(component: number, into: Float64Array): void
}

export function newOnlineIca(memory: NodeMemory, shape: IcaShape): OnlineIca {
  const { channels: n, steadyRate, cooling } = shape
  const lent = (length: number) => memory.float64(length)
  const [sphere, unsphere, weights, scratch] = [lent(n * n), lent(n * n), lent(n * n), lent(n * n)]
  const [frame, white, activations, score] = [lent(n), lent(n), lent(n), lent(n)]
  const [rowSums, whitened] = [lent(n), lent(n)]
  const eigen = new SymmetricEigen(memory, n)
  for (let i = 0; i < n; i++) sphere[i * n + i] = unsphere[i * n + i] = weights[i * n + i] = 1
  const state = { sphere, unsphere, weights, learnt: 0, seed: 1 }

  function noise(): number {
    state.seed = (Math.imul(state.seed, 1664525) + 1013904223) | 0
    return (state.seed / 2 ** 31) * dither
  }

  /** M ← (M − v·vᵀM / ((1 − λ)/λ + vᵀv)) / (1 − λ), and the inverse beside it. */
  function learnSphere(rate: number): void {
    for (let i = 0; i < n; i++) frame[i] = frame[i]! + noise()
    multiply(sphere, frame, whitened, n)
    let power = 0
    for (let i = 0; i < n; i++) power += whitened[i]! * whitened[i]!
    const limit = largestDeviation * largestDeviation * n
    if (power > limit) {
      const shrink = Math.sqrt(limit / power)
      for (let i = 0; i < n; i++) {
        frame[i] = frame[i]! * shrink
        whitened[i] = whitened[i]! * shrink
      }
      power = limit
    }
    multiplyTransposed(sphere, whitened, rowSums, n)
    const share = 1 / ((1 - rate) / rate + power)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const at = i * n + j
        sphere[at] = (sphere[at]! - share * whitened[i]! * rowSums[j]!) / (1 - rate)
        unsphere[at] = (1 - rate) * unsphere[at]! + rate * frame[i]! * whitened[j]!
      }
    }
  }

  /** W ← (W − λ·y·fᵀW / (1 + λ(fᵀy − 1))) / (1 − λ) */
  function learnWeights(steady: number, kurtosis: Float64Array): void {
    multiply(weights, whitened, white, n)
    let inner = 0
    for (let k = 0; k < n; k++) {
      const y = white[k]!
      score[k] = kurtosis[k]! >= 0 ? -2 * Math.tanh(y) : Math.tanh(y) - y
      inner += score[k]! * y
    }
    const rate = Math.min(steady, leastDenominator / (1 + Math.abs(inner)))
    multiplyTransposed(weights, score, rowSums, n)
    const share = rate / (1 + rate * (inner - 1))
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const at = i * n + j
        weights[at] = (weights[at]! - share * white[i]! * rowSums[j]!) / (1 - rate)
      }
    }
  }

  /** W ← (W·Wᵀ)^(−½)·W */
  function orthogonalise(): void {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) dotRows(weights, i * n, weights, j * n, n, scratch, i * n + j)
    }
    if (!eigen.decompose(scratch)) return
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let i = 0; i < n; i++) sum += eigen.vectors[k * eigen.width + i]! * weights[i * n + j]!
        scratch[k * n + j] = sum / Math.sqrt(Math.max(1e-300, eigen.values[k]!))
      }
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let k = 0; k < n; k++) sum += eigen.vectors[k * eigen.width + i]! * scratch[k * n + j]!
        weights[i * n + j] = sum
      }
    }
  }

  return {
    state,
    activations,
    take(values) {
      for (let i = 0; i < n; i++) frame[i] = values[i]!
      multiply(sphere, frame, white, n)
      multiply(weights, white, activations, n)
    },
    learn(kurtosis) {
      const rate = Math.max(steadyRate, startRate / (startFrames + state.learnt) ** cooling)
      state.learnt++
      learnSphere(rate)
      learnWeights(rate, kurtosis)
      if (state.learnt % shape.orthogonaliseFrames === 0) orthogonalise()
    },
    pattern(component, into) {
      for (let c = 0; c < n; c++) dotRows(unsphere, c * n, weights, component * n, n, into, c)
    },
    filter(component, into) {
      for (let c = 0; c < n; c++) {
        let sum = 0
        for (let i = 0; i < n; i++) sum += weights[component * n + i]! * sphere[i * n + c]!
        into[c] = sum
      }
    },
  }
}

function multiply(matrix: Float64Array, vector: Float64Array, into: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) dotRows(matrix, i * n, vector, 0, n, into, i)
}

function multiplyTransposed(
  matrix: Float64Array,
  vector: Float64Array,
  into: Float64Array,
  n: number,
): void {
  into.fill(0)
  for (let i = 0; i < n; i++) {
    const value = vector[i]!
    for (let j = 0; j < n; j++) into[j] = into[j]! + value * matrix[i * n + j]!
  }
}

/** Writes the product of two rows to `into[to]`. */
function dotRows(
  a: Float64Array,
  from: number,
  b: Float64Array,
  at: number,
  n: number,
  into: Float64Array,
  to: number,
): void {
  let sum = 0
  for (let i = 0; i < n; i++) sum += a[from + i]! * b[at + i]!
  into[to] = sum
}
