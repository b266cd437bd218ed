/** What `bids_facts.py` answers: the verdict of the BIDS validator, and what MNE-BIDS reads. */
import { askOracle } from './oracle.ts'

export interface BidsFacts {
  readonly issues: readonly {
    readonly severity: string
    readonly code: string
    readonly location: string
  }[]
  readonly recordings: readonly {
    readonly labels: readonly string[]
    readonly types: readonly string[]
    readonly rate: number
    readonly line: number | null
    readonly columns: readonly (readonly number[])[]
    readonly annotations: readonly (readonly [onset: number, duration: number, text: string])[]
    readonly places: Readonly<Record<string, readonly number[]>>
  }[]
}

export function askBids(
  root: string,
  recordings: readonly Readonly<Record<string, string>>[],
): Promise<BidsFacts> {
  return askOracle('bids_facts.py', { root, recordings })
}
