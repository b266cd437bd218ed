/** Writes recordings anew: what a damaged one still says, or in another format. */
import { basename, join } from 'node:path'
import type { Outcome } from '../../contract/index.ts'
import {
  checkSumsOf,
  deidentify,
  type ExportFormat,
  exportRecording,
  exportToBids,
  isHarmless,
  openDatasetFolder,
  openFileSource,
  openRecordingFile,
  partsOf,
  type Recording,
  removeRecording,
  verifyRecording,
} from '../../formats/index.ts'
import { SynapseError } from '../../signal/index.ts'
import { disk, sumsOf, withWhole } from './open-whole.ts'
import type { FileOrder } from './orders.ts'
import type { Progress } from './progress.ts'
import { watched } from './watched-recording.ts'

type OrderOf<K extends FileOrder['kind']> = Extract<FileOrder, { kind: K }>

const count = (value: number) => value.toLocaleString('en-US')

/** @throws SynapseError */
export function repair({ path, to }: OrderOf<'repair'>, progress: Progress): Promise<Outcome> {
  return withWhole(path, async (recording) => {
    const source = watched(recording, progress, 3)
    const result = await exportRecording(source, { format: 'xdf', path: to }, disk)
    await check(to, recording, progress)
    const sums = await sumsOf(path)
    const problems = [...recording.problems, ...(sums?.problems ?? [])]
    const { ledger } = recording
    const lost =
      ledger.lost > 0 ? `${count(ledger.lost)} are missing and marked` : 'none is missing'
    return {
      sentence:
        `Recovered ${count(result.samples)} samples of ${count(ledger.expected)} and ` +
        `${count(result.markers)} markers into ${basename(to)}; ${lost}.`,
      whole: problems.every(isHarmless),
      files: [...result.files],
      losses: [...result.losses],
      advice: '',
      removed: [],
      problems: problems.map(({ code, message }) => ({ code, message })),
    }
  })
}

/** @throws SynapseError io-failed, and removes the file */
async function check(path: string, { streams }: Recording, progress: Progress): Promise<void> {
  try {
    const written = await openRecordingFile(path)
    try {
      const numeric = streams.filter(({ info }) => info.sampleFormat !== 'json')
      const expected = numeric.reduce((sum, { samples }) => sum + samples, 0)
      const found = await verifyRecording(counting(written, progress), await checkSumsOf(path))
      if (found.sound && found.framesRead === expected) return
      const problem = found.problems[0]?.message ?? `${found.framesRead} of ${expected} samples`
      throw new SynapseError('io-failed', `checking ${path}: ${problem}; the file was removed`)
    } finally {
      await written.close()
    }
  } catch (cause) {
    removeRecording(path)
    throw cause
  }
}

/** On with the count of the one before. */
function counting(recording: Recording, progress: Progress): Recording {
  const { total } = progress
  const again = watched(recording, progress, 1)
  progress.expect(total)
  return again
}

const endings: Readonly<Record<ExportFormat, string>> = {
  xdf: 'xdf',
  edf: 'edf',
  'edf+c': 'edf',
  bdf: 'bdf',
  'bdf+c': 'bdf',
  brainvision: 'vhdr',
  parquet: 'parquet',
  csv: 'csv',
}

/** @throws SynapseError */
export function exportTo(order: OrderOf<'export'>, progress: Progress): Promise<Outcome> {
  const { path, format, deidentify: wanted } = order
  return withWhole(path, async (recording) => {
    const source = watched(recording, progress, format === 'bids' ? 5 : 2)
    const { removed = [], recording: exported } = wanted
      ? deidentify(source, {
          keepAnnotations: wanted.keepAnnotations,
          ...(wanted.shiftDays === null ? {} : { shiftDays: wanted.shiftDays }),
        })
      : { recording: source }
    const result =
      format === 'bids'
        ? { ...(await intoBids(order, exported, removed.length > 0)), advice: '' }
        : await intoFiles(order, format, exported)
    const { problems } = recording
    const { files, samples, markers, losses, advice } = result
    return {
      sentence: `Written: ${count(samples)} samples and ${count(markers)} markers.`,
      whole: problems.every(isHarmless),
      files: [...files],
      losses: [...losses],
      advice,
      removed: [...removed],
      problems: problems.map(({ code, message }) => ({ code, message })),
    }
  })
}

function intoFiles(
  { folder, name }: OrderOf<'export'>,
  format: ExportFormat,
  recording: Recording,
) {
  const path = join(folder, `${name}.${endings[format]}`)
  return exportRecording(recording, { format, path }, disk)
}

/** @throws SynapseError bad-option where subject or task is not said, and as `exportToBids` */
async function intoBids(order: OrderOf<'export'>, recording: Recording, isChanged: boolean) {
  const { path, folder, bids } = order
  const { subject, session, task, run, lineHz, softwareVersion, today } = bids
  if (subject === '' || task === '') {
    throw new SynapseError('bad-option', 'adding to the data set: subject and task are not said', {
      remedy: 'Give the recording a subject and a task first.',
    })
  }
  const isOneFile = partsOf(path).length < 2
  const original = isOneFile && !isChanged ? await openFileSource(path) : undefined
  try {
    const dataset = { name: basename(folder), softwareVersion, today }
    const entities = {
      subject,
      task,
      ...(session === '' ? {} : { session }),
      ...(run === null ? {} : { run: String(run).padStart(2, '0') }),
    }
    const options = { entities, format: 'bdf' as const, powerLineHz: lineHz, dataset }
    const result = await exportToBids(
      recording,
      { ...options, ...(original ? { original } : {}) },
      openDatasetFolder(folder),
    )
    const files = result.files.map(({ path: within, bytes }) => ({
      path: join(folder, within),
      bytes,
    }))
    return { ...result, files }
  } finally {
    await original?.close()
  }
}
