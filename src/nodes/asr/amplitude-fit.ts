/**
 * Mean and standard deviation of the clean part of amplitudes that artifacts contaminate: a
 * truncated generalised Gaussian is fitted to the histogram of the bulk by a grid search over
 * position, width and shape, by the least Kullback–Leibler divergence (Mullen et al. 2015).
 */

/** Quantiles of the clean distribution between which it is fitted. */
const quantiles = [0.022, 0.6] as const
const gridStep = 0.01
/** Share of windows that may be dropouts, and least share of clean ones. */
const dropoutShare = 0.1
const cleanShare = 0.25
/** Shapes from heavier to lighter tails than a Gaussian's 2. */
const shapes = Array.from({ length: 13 }, (_, i) => 1.7 + (1.8 * i) / 12).map((beta) => ({
  beta,
  low: quantileOf(quantiles[0], beta),
  high: quantileOf(quantiles[1], beta),
}))

export interface AmplitudeFit {
  readonly mean: number
  readonly deviation: number
}

/** @param sorted amplitudes in ascending order */
export function fitAmplitudes(sorted: Float64Array): AmplitudeFit {
  const n = sorted.length
  const widest = quantiles[1] - quantiles[0]
  let least = Number.POSITIVE_INFINITY
  let [low, high, shape] = [sorted[0]!, sorted[n - 1]!, shapes[2]!]
  const widths = Math.floor((widest - cleanShare * widest) / gridStep + 1e-9) + 1
  const places = Math.floor(dropoutShare / gridStep + 1e-9) + 1
  for (let w = 0; w < widths; w++) {
    const count = Math.round(n * (widest - w * gridStep))
    const bins = Math.round(3 * Math.log2(1 + count / 2))
    for (let p = 0; p < places; p++) {
      const start = Math.round(n * (quantiles[0] + p * gridStep))
      if (count < 2 || start + count > n) continue
      const logCounts = histogram(sorted, start, count, bins)
      if (!logCounts) continue
      for (const candidate of shapes) {
        const divergence = divergenceOf(logCounts, candidate) + Math.log(count)
        if (divergence >= least) continue
        least = divergence
        low = sorted[start]!
        high = sorted[start + count - 1]!
        shape = candidate
      }
    }
  }
  const alpha = (high - low) / (shape.high - shape.low)
  const { beta } = shape
  const deviation = alpha * Math.exp((logGamma(3 / beta) - logGamma(1 / beta)) / 2)
  return { mean: low - shape.low * alpha, deviation }
}

/** Logarithms of the counts, or nothing where all values are the same. */
function histogram(
  sorted: Float64Array,
  start: number,
  count: number,
  bins: number,
): Float64Array | undefined {
  const width = sorted[start + count - 1]! - sorted[start]!
  if (!(width > 0)) return undefined
  const counts = new Float64Array(bins)
  for (let i = 0; i < count; i++) {
    const bin = Math.floor((sorted[start + i]! - sorted[start]!) * (bins / width))
    counts[Math.min(bins - 1, bin)]!++
  }
  return counts.map((value) => Math.log(value + 0.01))
}

function divergenceOf(
  logCounts: Float64Array,
  { beta, low, high }: { beta: number; low: number; high: number },
): number {
  const bins = logCounts.length
  let total = 0
  let sum = 0
  for (let b = 0; b < bins; b++) {
    const x = low + ((b + 0.5) / bins) * (high - low)
    const logP = -(Math.abs(x) ** beta)
    const p = Math.exp(logP)
    total += p
    sum += p * (logP - logCounts[b]!)
  }
  return sum / total - Math.log(total)
}

/** Quantile of the standard generalised Gaussian exp(−|x|^β). */
function quantileOf(share: number, beta: number): number {
  const wanted = Math.abs(2 * share - 1)
  let [low, high] = [0, 50]
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (lowerGammaShare(1 / beta, middle) < wanted) low = middle
    else high = middle
  }
  return Math.sign(share - 0.5) * low ** (1 / beta)
}

/** Regularised lower incomplete gamma function by its series. */
function lowerGammaShare(a: number, x: number): number {
  if (x <= 0) return 0
  let term = 1 / a
  let sum = term
  for (let n = 1; n < 1000 && term > sum * 1e-17; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum * Math.exp(a * Math.log(x) - x - logGamma(a))
}

/** By Stirling's series, after shifting the argument above 10. */
function logGamma(value: number): number {
  let x = value
  let shift = 0
  for (; x < 10; x++) shift -= Math.log(x)
  const inverse = 1 / x
  const square = inverse * inverse
  const series =
    inverse *
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))))
  return shift + (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series
}
