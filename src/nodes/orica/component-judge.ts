/**
 * Follows what tells an artifact component: its excess kurtosis and its largest correlation with
 * the reference channels, with a fading memory. Components have mean zero, as the signal has
 * behind its high-pass.
 */
import type { NodeMemory, NodeState } from '../../signal/index.ts'

export interface ComponentJudge {
  readonly state: NodeState
  /** Excess kurtosis per component. */
  readonly kurtosis: Float64Array
  /** Largest magnitude of a correlation with a reference, per component. */
  readonly correlation: Float64Array
  learn(activations: Float64Array, references: Float64Array): void
}

/** Activations beyond this count as this, so that one glitch does not rule for minutes. */
const clip = 30

export function newComponentJudge(
  memory: NodeMemory,
  components: number,
  references: number,
  keep: number,
): ComponentJudge {
  const [second, fourth] = [memory.float64(components), memory.float64(components)]
  const [kurtosis, correlation] = [memory.float64(components), memory.float64(components)]
  const power = memory.float64(references)
  const cross = memory.float64(components * references)
  const state = { second, fourth, power, cross, kurtosis, correlation }

  function correlate(k: number): void {
    let most = 0
    for (let r = 0; r < references; r++) {
      const product = second[k]! * power[r]!
      if (!(product > 0)) continue
      const alike = Math.abs(cross[k * references + r]!) / Math.sqrt(product)
      if (alike > most) most = alike
    }
    correlation[k] = Math.min(1, most)
  }

  return {
    state,
    kurtosis,
    correlation,
    learn(activations, values) {
      const share = 1 - keep
      for (let r = 0; r < references; r++) {
        power[r] = power[r]! + (values[r]! * values[r]! - power[r]!) * share
      }
      for (let k = 0; k < components; k++) {
        const y = Math.max(-clip, Math.min(clip, activations[k]!))
        second[k] = second[k]! + (y * y - second[k]!) * share
        const square = y * y
        fourth[k] = fourth[k]! + (square * square - fourth[k]!) * share
        kurtosis[k] = second[k]! > 0 ? fourth[k]! / (second[k]! * second[k]!) - 3 : 0
        for (let r = 0; r < references; r++) {
          const at = k * references + r
          cross[at] = cross[at]! + (y * values[r]! - cross[at]!) * share
        }
        correlate(k)
      }
    },
  }
}
