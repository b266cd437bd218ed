/** Peak to peak and the steepest step of every channel of an epoch. */

/**
 * @param epoch `frames` frames of `stride` values
 * @param swing per channel: largest less smallest value; NaN where a value is not finite
 * @param step per channel: largest difference of neighbouring samples
 */
export function epochExtremes(
  epoch: Float32Array,
  frames: number,
  stride: number,
  swing: Float64Array,
  step: Float64Array,
): void {
  for (let c = 0; c < swing.length; c++) {
    let low = epoch[c]!
    let high = low
    let steepest = 0
    let sound = Number.isFinite(low)
    for (let f = 1; f < frames; f++) {
      const value = epoch[f * stride + c]!
      if (!Number.isFinite(value)) sound = false
      if (value < low) low = value
      if (value > high) high = value
      steepest = Math.max(steepest, Math.abs(value - epoch[(f - 1) * stride + c]!))
    }
    swing[c] = sound ? high - low : Number.NaN
    step[c] = steepest
  }
}
