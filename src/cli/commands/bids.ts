/** `synapse bids`: recordings as runs of a BIDS data set, with every sidecar. */
import { basename, resolve } from 'node:path'
import {
  type BidsFormat,
  bidsFormats,
  exportToBids,
  isHarmless,
  openDatasetFolder,
  openFileSource,
  openRecordingFile,
} from '../../formats/index.ts'
import { packageVersion } from '../../main/index.ts'
import { badOption, type Command, numberOption, printJson, readArguments } from '../command.ts'
import { deidentified, deidentifyArguments, deidentifyHelp } from '../deidentify-arguments.ts'
import { exportReport, partlyRecovered, removalReport } from '../export-report.ts'

export const bids: Command = {
  name: 'bids',
  usage: 'RECORDING… DATASET --subject LABEL --task LABEL',
  help:
    'Adds recordings to a BIDS data set, which is begun where there is none: samples, channels,\n' +
    'electrodes with recorded impedances, events with HED tags, and the recording itself as XDF\n' +
    'under sourcedata. Several recordings are runs one after the other. Nothing is overwritten.',
  options: [
    ['--subject LABEL', 'pseudonym: letters and digits'],
    ['--session LABEL', 'letters and digits; none without it'],
    ['--task LABEL', 'what the subject did: letters and digits'],
    ['--run N', 'number of the first recording; 1 for several, none for a single one without it'],
    ['--format FORMAT', `${bidsFormats.join(', ')}; bdf without it, which keeps 24 bits`],
    ['--stream ID', 'the stream of EEG, by id or name; the first one without it'],
    ['--line HZ', 'frequency of the mains, 50 or 60'],
    ['--name TEXT', 'name of a new data set; that of its folder without it'],
    ...deidentifyHelp,
  ],
  async run(args) {
    const { values, positionals } = readArguments('bids', args, {
      json: { type: 'boolean', default: false },
      subject: { type: 'string' },
      session: { type: 'string' },
      task: { type: 'string' },
      run: { type: 'string' },
      format: { type: 'string', default: 'bdf' },
      stream: { type: 'string' },
      line: { type: 'string' },
      name: { type: 'string' },
      ...deidentifyArguments,
    })
    const dataset = positionals.at(-1)
    const recordings = positionals.slice(0, -1)
    if (dataset === undefined || recordings.length === 0) {
      throw badOption('bids', 'a recording and the folder of the data set are needed')
    }
    const format = formatOf(values.format)
    if (values.subject === undefined) throw badOption('bids', '--subject is missing')
    if (values.task === undefined) throw badOption('bids', '--task is missing')
    const powerLineHz = numberOption('bids', 'line', values.line, [16, 400]) ?? null
    const first = firstRun(values.run, recordings.length)
    let isWhole = true
    const results = []
    for (const [i, path] of recordings.entries()) {
      const entities = {
        subject: values.subject,
        task: values.task,
        ...(values.session === undefined ? {} : { session: values.session }),
        ...(first === undefined ? {} : { run: numbered(values.run, first + i) }),
      }
      const base = { entities, format, powerLineHz, dataset: datasetFacts(dataset, values.name) }
      const added = await addOne(path, dataset, { ...base, ...stream(values.stream) }, values)
      isWhole &&= added.problems.every(isHarmless)
      results.push({ recording: path, ...added })
      const text = exportReport({ ...added, advice: '' }, added.problems)
      if (!values.json) process.stdout.write(text + removalReport(added.removed))
    }
    if (values.json) printJson({ recordings: results })
    return isWhole ? 0 : partlyRecovered
  },
}

/** @throws SynapseError bad-option */
function formatOf(named: string): BidsFormat {
  const format = bidsFormats.find((each) => each === named)
  if (format) return format
  throw badOption('bids', `--format ${named}: not ${bidsFormats.join(', ')}`)
}

const stream = (id: string | undefined) => (id === undefined ? {} : { stream: id })

function datasetFacts(folder: string, name: string | undefined) {
  return {
    name: name ?? basename(resolve(folder)),
    softwareVersion: packageVersion(),
    today: new Date().toISOString().slice(0, 10),
  }
}

/** @throws SynapseError bad-option */
function firstRun(text: string | undefined, recordings: number): number | undefined {
  if (text === undefined) return recordings > 1 ? 1 : undefined
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw badOption('bids', `--run ${text}: not a whole number`)
}

/** As many digits as were given, two without: file names sort by their run. */
function numbered(text: string | undefined, run: number): string {
  return String(run).padStart(text?.length ?? 2, '0')
}

interface Job {
  readonly entities: Parameters<typeof exportToBids>[1]['entities']
  readonly format: BidsFormat
  readonly powerLineHz: number | null
  readonly dataset: ReturnType<typeof datasetFacts>
  readonly stream?: string
}

async function addOne(
  path: string,
  dataset: string,
  job: Job,
  values: Parameters<typeof deidentified>[2],
) {
  const recording = await openRecordingFile(path)
  try {
    const { recording: exported, removed } = deidentified('bids', recording, values)
    const isOriginal = recording.format === 'xdf' && !removed
    const original = isOriginal ? await openFileSource(path) : undefined
    try {
      const options = { ...job, ...(original ? { original } : {}) }
      const result = await exportToBids(exported, options, openDatasetFolder(dataset))
      const { problems, ledger } = recording
      return { ...result, ...(removed ? { removed } : {}), problems, ledger }
    } finally {
      await original?.close()
    }
  } finally {
    await recording.close()
  }
}
