/** One line of a benchmark's result. */
export interface BenchRow {
  readonly suite: string
  readonly case: string
  readonly metric: string
  readonly value: number
  readonly unit: string
  /** What it is compared with, measured in the same run. */
  readonly peer: string | null
  readonly peerValue: number | null
  /** value / peerValue */
  readonly ratio: number | null
  /** In words: `≤ 1 ms`. */
  readonly goal: string | null
  readonly met: boolean | null
}

interface Comparison {
  readonly peer?: readonly [name: string, value: number]
  /** The highest that is good enough: of the ratio where there is a peer, else of the value. */
  readonly atMost?: number
}

export function row(
  suite: string,
  name: string,
  metric: string,
  value: number,
  unit: string,
  { peer, atMost }: Comparison = {},
): BenchRow {
  const ratio = peer ? value / peer[1] : null
  return {
    suite,
    case: name,
    metric,
    value,
    unit,
    peer: peer?.[0] ?? null,
    peerValue: peer?.[1] ?? null,
    ratio,
    goal: atMost === undefined ? null : peer ? `≤ ${atMost} × ${peer[0]}` : `≤ ${atMost} ${unit}`,
    met: atMost === undefined ? null : (ratio ?? value) <= atMost,
  }
}
