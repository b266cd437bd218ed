/** What `signal_facts.py` answers: a recording as MNE reads it. */
import { askOracle } from './oracle.ts'

export interface SignalFacts {
  readonly rate: number
  readonly labels: readonly string[]
  readonly types: readonly string[]
  readonly samples: number
  /** Volts, and other units without a prefix. */
  readonly columns: readonly (readonly number[])[]
  /** Seconds from the first sample. */
  readonly annotations: readonly (readonly [onset: number, duration: number, text: string])[]
  readonly startedAt: string | null
}

/** @param every of long files, every n-th sample is enough */
export function askMne(files: readonly string[], every = 1): Promise<SignalFacts[]> {
  return askOracle('signal_facts.py', { files, every })
}
