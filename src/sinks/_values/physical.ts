/** The hot loops from the frames of a chunk to the values that an outlet sends. */
import type { Samples } from '../../signal/index.ts'

/** physical = raw × scale + offset, the padding between frames left out. */
export function physicalValues(
  data: Samples,
  stride: number,
  frames: number,
  scales: Float64Array,
  offsets: Float64Array,
  into: Float32Array | Float64Array,
): void {
  const channels = scales.length
  for (let f = 0, t = 0; f < frames; f++) {
    const from = f * stride
    for (let c = 0; c < channels; c++) into[t++] = data[from + c]! * scales[c]! + offsets[c]!
  }
}

/** The values as they are. */
export function plainValues(
  data: Samples,
  stride: number,
  frames: number,
  channels: number,
  into: Samples,
): void {
  for (let f = 0, t = 0; f < frames; f++) {
    const from = f * stride
    for (let c = 0; c < channels; c++) into[t++] = data[from + c]!
  }
}
