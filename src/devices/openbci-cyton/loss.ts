/** How many packets are missing between two: what counter, board clock and silence say together. */
import { rateHz } from '../_cyton/packet.ts'

export const counterTurn = 256
/** Silence so long may hide a whole turn of the counter. */
export const wrapSeconds = 0.5
/** The board samples by the converter's own oscillator, which the datasheet trusts to 0.5 %. */
const drift = 0.005
/** Milliseconds are whole, and read when the firmware comes to it. */
const jitterSamples = 0.75
/** An estimate so wrong could be taken for one turn too many or too few. */
const riskySamples = counterTurn / 4

/** What is known of the time between two packets. */
export interface Between {
  /** How far the counter is ahead of what was due, modulo its turn. */
  readonly jump: number
  /** Milliseconds on the board's clock from packet to packet; NaN where it does not tell. */
  readonly boardMs: number
  /** How long the link was watched, or known to be down, without hearing anything. */
  readonly quietSeconds: number
  /** The board may have been switched off, so that its counter says nothing. */
  readonly restarted: boolean
}

export interface Loss {
  readonly lost: number
  readonly exact: boolean
}

export function lossBetween({ jump, boardMs, quietSeconds, restarted }: Between): Loss {
  const clockTells = boardMs > 0
  if (restarted && !agree(jump, boardMs)) {
    return { lost: Math.max(0, Math.round(quietSeconds * rateHz)), exact: false }
  }
  // Where no clock runs, only a silence that was watched tells of whole turns.
  if (!clockTells && quietSeconds <= wrapSeconds) return { lost: jump, exact: true }
  const estimate = clockTells ? (boardMs * rateHz) / 1000 - 1 : quietSeconds * rateHz
  const turns = Math.max(0, Math.round((estimate - jump) / counterTurn))
  const lost = jump + turns * counterTurn
  const risk = Math.max(Math.abs(estimate - lost), estimate * drift)
  return { lost, exact: turns === 0 || risk < riskySamples }
}

/** Do counter and clock say the same? Then chance can hardly have made both. */
export function agree(jump: number, boardMs: number): boolean {
  if (!(boardMs > 0)) return false
  const missing = (boardMs * rateHz) / 1000 - 1
  const turns = Math.max(0, Math.round((missing - jump) / counterTurn))
  const tolerance = jitterSamples + missing * drift
  return tolerance < riskySamples / 4 && Math.abs(missing - jump - turns * counterTurn) <= tolerance
}
