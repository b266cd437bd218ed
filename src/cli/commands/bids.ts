/** `synapse bids`: recordings as runs of a BIDS data set, with every sidecar. */
import { type BidsFormat, bidsFormats, isHarmless } from '../../formats/index.ts'
import { noteCopy } from '../../sessions/index.ts'
import { addToDataset, bidsArguments, bidsHelp } from '../bids-dataset.ts'
import { badOption, type Command, printJson, readArguments } from '../command.ts'
import { deidentifyArguments, deidentifyHelp } from '../deidentify-arguments.ts'
import { exportReport, partlyRecovered, removalReport } from '../export-report.ts'
import { joinedReport, oneFileOption } from '../input.ts'

export const bids: Command = {
  name: 'bids',
  usage: 'RECORDING… DATASET [--subject LABEL] [--task LABEL]',
  help:
    'Adds recordings to a BIDS data set, which is begun where there is none: samples, channels,\n' +
    'electrodes with recorded impedances, events with HED tags, and the recording itself as XDF\n' +
    'under sourcedata. Several recordings are runs one after the other. Nothing is overwritten.',
  options: [
    ...bidsHelp,
    ['--format FORMAT', `${bidsFormats.join(', ')}; bdf without it, which keeps 24 bits`],
    ['--stream ID', 'the stream of EEG, by id or name; the first one without it'],
    ...deidentifyHelp,
    oneFileOption,
  ],
  async run(args) {
    const { values, positionals } = readArguments('bids', args, {
      json: { type: 'boolean', default: false },
      format: { type: 'string', default: 'bdf' },
      stream: { type: 'string' },
      ...bidsArguments,
      ...deidentifyArguments,
      'one-file': { type: 'boolean', default: false },
    })
    const dataset = positionals.at(-1)
    const recordings = positionals.slice(0, -1)
    if (dataset === undefined || recordings.length === 0) {
      throw badOption('bids', 'a recording and the folder of the data set are needed')
    }
    const format = formatOf(values.format)
    let isWhole = true
    const results = []
    for (const [index, path] of recordings.entries()) {
      const position = { index, count: recordings.length }
      const job = { path, dataset, format }
      const added = await addToDataset('bids', values, job, position, values.stream)
      noteCopy(path, 'bids', dataset)
      isWhole &&= added.problems.every(isHarmless)
      results.push({ recording: path, ...added })
      const text = exportReport({ ...added, advice: '' }, added.problems)
      const whole = joinedReport(path, added.paths) + text + removalReport(added.removed)
      if (!values.json) process.stdout.write(whole)
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
