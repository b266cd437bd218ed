/** Analogue low-pass prototypes with cut-off 1 rad/s. */
import type { Complex } from './complex.ts'
import type { ZerosPoles } from './zeros-poles.ts'

/** Butterworth (1930): maximally flat, −3 dB at the cut-off. */
export function butterworthPrototype(order: number): ZerosPoles {
  const poles = Array.from({ length: order }, (_, k): Complex => {
    const angle = (Math.PI * (2 * k + 1 - order)) / (2 * order)
    // The middle pole of an odd order is real; cos and sin would leave it a rounding error off.
    if (2 * k + 1 === order) return { re: -1, im: 0 }
    return { re: -Math.cos(angle), im: -Math.sin(angle) }
  })
  return { zeros: [], poles, gain: 1 }
}
