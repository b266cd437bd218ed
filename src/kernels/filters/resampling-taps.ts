/** The low pass of a resampler. */

/**
 * Kaiser-windowed sinc (β = 5) with its cut-off at the lower of the two Nyquist frequencies, 20
 * zero crossings long, gain `up`: the filter of scipy.signal.resample_poly. Its delay is half its
 * length at `up` times the input's rate: 10 × max(1, down / up) frames of input.
 */
export function resamplingTaps(up: number, down: number): Float64Array {
  const widest = Math.max(up, down)
  if (widest === 1) return Float64Array.of(1)
  const half = 10 * widest
  const beta = 5
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, i) => {
    const x = (i - half) / widest
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
    return sinc * besselI0(beta * Math.sqrt(1 - ((i - half) / half) ** 2))
  })
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return taps.map((tap) => (tap * up) / sum)
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * Number.EPSILON; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}
