/** What `export_facts.py` answers: exported files as other programs read them. */
import { askOracle } from './oracle.ts'

export interface ReadByOther {
  readonly startedAt: string
  readonly rates: readonly number[]
  readonly labels: readonly string[]
  readonly units: readonly string[]
  /** Physical size of a digital step. */
  readonly steps: readonly number[]
  readonly columns: readonly (readonly number[])[]
  readonly markers: readonly (readonly [onset: number, duration: number, text: string])[]
}

export interface ExportFacts {
  readonly pyedflib?: ReadByOther
  readonly edfio?: ReadByOther
  readonly mne?: ReadByOther
  readonly pandas?: { readonly labels: string[]; readonly columns: (number | string)[][] }
}

/** @param every of long files, every n-th sample is enough */
export function askReaders(files: readonly string[], every = 1): Promise<ExportFacts[]> {
  return askOracle('export_facts.py', { files, every })
}
