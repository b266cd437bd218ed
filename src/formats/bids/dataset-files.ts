/** The files of a data set as a whole: made with the first recording, added to by the others. */
import { SynapseError } from '../../signal/index.ts'
import type { DatasetFolder } from '../dataset-folder.ts'
import type { BidsNames } from './names.ts'
import { withRow } from './table.ts'

export interface DatasetFacts {
  readonly name: string
  readonly softwareVersion: string
  /** When the data set is begun: `2026-05-04`. */
  readonly today: string
}

const description = 'dataset_description.json'

/**
 * A folder with other things in it is none to write a data set into.
 * @throws SynapseError bad-option, file-denied, io-failed
 */
export function checkDataset(folder: DatasetFolder): void {
  const there = folder.list().filter((name) => !name.startsWith('.'))
  if (there.length === 0) return
  const text = folder.readText(description)
  if (text === undefined) {
    throw new SynapseError('bad-option', `adding to the data set: there is no ${description}`, {
      remedy: 'Choose an empty folder, or one that holds a BIDS data set.',
    })
  }
  let kind: unknown
  try {
    kind = (JSON.parse(text) as { DatasetType?: unknown }).DatasetType ?? 'raw'
  } catch (cause) {
    const what = `adding to the data set: its ${description} is no JSON`
    throw new SynapseError('file-damaged', what, { cause })
  }
  if (kind === 'raw') return
  throw new SynapseError('bad-option', `adding to the data set: it is "${kind}", not raw data`)
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** What is there already stays as it is. @throws SynapseError file-denied, disk-full, io-failed */
export function writeDatasetFiles(folder: DatasetFolder, facts: DatasetFacts): void {
  const { name, softwareVersion, today } = facts
  const texts: Readonly<Record<string, string>> = {
    [description]: json({
      Name: name,
      BIDSVersion: '1.10.0',
      DatasetType: 'raw',
      HEDVersion: '8.3.0',
      Authors: ['n/a'],
      GeneratedBy: [{ Name: 'SynapseStream', Version: softwareVersion }],
    }),
    README: readme(name),
    CHANGES: `1.0.0 ${today}\n  - Begun.\n`,
    'participants.json': json({
      participant_id: { Description: 'Pseudonym of the subject' },
      age: { Description: 'Age of the subject', Units: 'year' },
      sex: { Description: 'Sex of the subject', Levels: { M: 'male', F: 'female', O: 'other' } },
    }),
  }
  const hasReadme = folder.list().some((each) => /^README(\.|$)/i.test(each))
  for (const [path, text] of Object.entries(texts)) {
    if (folder.readText(path) !== undefined || (path === 'README' && hasReadme)) continue
    folder.replaceText(path, text)
  }
}

function readme(name: string): string {
  return `${name}

EEG in the Brain Imaging Data Structure (https://bids.neuroimaging.io), exported by SynapseStream.

Samples that were lost on the way are filled with the last value before them, and marked by events
of type BAD_gap. sourcedata/ holds every recording as it was, as XDF: all streams, all clocks, gaps.

Say here what was studied, whom to ask, and under which terms the data may be used.
`
}

export interface ScanFacts {
  readonly subject: string
  /** From the folder of subject and session. */
  readonly file: string
  readonly startedAt: Date | null
}

/** @throws SynapseError file-denied, disk-full, io-failed */
export function addToTables(folder: DatasetFolder, names: BidsNames, scan: ScanFacts): void {
  const add = (path: string, key: string, row: Record<string, string | null>) => {
    const before = folder.readText(path)
    const after = withRow(before, key, row)
    if (after !== before) folder.replaceText(path, after)
  }
  const participant = { participant_id: `sub-${scan.subject}`, age: null, sex: null }
  add('participants.tsv', 'participant_id', participant)
  // Without a zone, as BIDS has it.
  const time = scan.startedAt?.toISOString().replace(/Z$/, '') ?? null
  add(names.scans, 'filename', { filename: scan.file, acq_time: time })
}
