/** The account every stream keeps: expected = received + lost, at any moment. */
export interface Ledger {
  readonly expected: number
  readonly received: number
  readonly lost: number
}

export const emptyLedger: Ledger = { expected: 0, received: 0, lost: 0 }

export function sumLedgers(ledgers: readonly Ledger[]): Ledger {
  return ledgers.reduce(
    (sum, each) => ({
      expected: sum.expected + each.expected,
      received: sum.received + each.received,
      lost: sum.lost + each.lost,
    }),
    emptyLedger,
  )
}
