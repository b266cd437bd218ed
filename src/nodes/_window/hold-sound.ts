/** Keeps what is not finite out of filters, which would never forget it. */

/**
 * Copies frames; a value that is not finite becomes the channel's last one that was.
 * @param last per channel, kept from call to call
 */
export function holdSound(
  data: Float32Array,
  frames: number,
  stride: number,
  last: Float32Array,
  into: Float32Array,
): void {
  for (let f = 0; f < frames; f++) {
    const row = f * stride
    for (let c = 0; c < stride; c++) {
      const value = data[row + c]!
      if (Number.isFinite(value)) last[c] = value
      into[row + c] = last[c]!
    }
  }
}
