/** The impedance port: what a device session offers that can tell how well its electrodes touch. */

/** An electrode, at one input of the device. */
export interface ImpedanceInput {
  /** Stable within the session: `3N`. */
  readonly id: string
  /** The electrode's name: `C3`. */
  readonly label: string
}

export interface ImpedanceReading {
  readonly input: string
  /** Infinite where the input is at its limit: the electrode is off. */
  readonly ohms: number
  /** Standard error; null where the device tells the value itself. */
  readonly uncertaintyOhms: number | null
}

/** One input at a time, on what the device samples: no display filter ever stands in between. */
export interface ImpedancePort {
  readonly inputs: readonly ImpedanceInput[]
  /** What is done to the electrodes, with current and frequency, for people to read. */
  readonly method: string
  /**
   * Puts the test on one input, measures, and takes it off again.
   * @throws SynapseError not-ready while nothing streams, silent-device when no value comes
   */
  measure(input: string): Promise<ImpedanceReading>
}

export const electrodeKinds = ['wet', 'dry'] as const
export type ElectrodeKind = (typeof electrodeKinds)[number]

/** Up to which a contact is good, and up to which it is usable, in ohms. */
export const impedanceLimits: Readonly<Record<ElectrodeKind, readonly [number, number]>> = {
  wet: [10_000, 50_000],
  dry: [750_000, 2_500_000],
}

export type ContactLevel = 'good' | 'usable' | 'poor'

export function contactLevel(ohms: number, kind: ElectrodeKind): ContactLevel {
  const [good, usable] = impedanceLimits[kind]
  return ohms <= good ? 'good' : ohms <= usable ? 'usable' : 'poor'
}
