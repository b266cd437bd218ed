/** From running products to a covariance. */

/**
 * Covariance of the first `channels` channels, full and symmetric: products / weight less the
 * product of the means, as numpy.cov(ddof=0) when nothing fades.
 * @param products stride × stride, of which the upper triangle is read
 * @param weight how many frames the products hold; with fading, w = keep × w + 1 per frame
 * @param into channels × channels
 */
export function covarianceOf(
  products: Float64Array,
  sums: Float64Array,
  weight: number,
  stride: number,
  channels: number,
  into: Float64Array,
): void {
  for (let i = 0; i < channels; i++) {
    for (let j = i; j < channels; j++) {
      const product = products[i * stride + j]! - (sums[i]! * sums[j]!) / weight
      into[i * channels + j] = into[j * channels + i] = product / weight
    }
  }
}
