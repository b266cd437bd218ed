/** `synapse convert`: a recording in another format, with a table of what that one cannot keep. */
import { statSync } from 'node:fs'
import {
  type ExportFormat,
  exportFormats,
  exportRecording,
  isHarmless,
} from '../../formats/index.ts'
import { noteCopy } from '../../sessions/index.ts'
import { addToDataset, bidsArguments, bidsHelp } from '../bids-dataset.ts'
import { badOption, type Command, printJson, readArguments } from '../command.ts'
import { deidentified, deidentifyArguments, deidentifyHelp } from '../deidentify-arguments.ts'
import { disk, exportReport, partlyRecovered, removalReport } from '../export-report.ts'
import { joinedReport, oneFileOption, openWhole } from '../input.ts'

const endings: Readonly<Record<string, ExportFormat>> = {
  xdf: 'xdf',
  edf: 'edf',
  bdf: 'bdf',
  vhdr: 'brainvision',
  parquet: 'parquet',
  csv: 'csv',
}

export const convert: Command = {
  name: 'convert',
  usage: 'IN OUT [--format FORMAT] [--stream ID] [--one-file]',
  help:
    'Writes a recording in another format and says what that format could not keep. Streams that do\n' +
    'not fit into one file get files of their own beside OUT; nothing is overwritten. Where OUT is a\n' +
    'folder, the recording is added to the BIDS data set in it, as by "bids". All files of a split\n' +
    'recording are read as one.',
  options: [
    ['--format FORMAT', `${exportFormats.join(', ')}, bids; by the ending of OUT without it`],
    ['--stream ID', 'only this stream, by id or name; may be given several times'],
    oneFileOption,
    ...deidentifyHelp,
    ...bidsHelp.map(([option, help]) => [option, `BIDS: ${help}`] as const),
  ],
  async run(args) {
    const { values, positionals } = readArguments('convert', args, {
      json: { type: 'boolean', default: false },
      format: { type: 'string' },
      stream: { type: 'string', multiple: true },
      'one-file': { type: 'boolean', default: false },
      ...deidentifyArguments,
      ...bidsArguments,
    })
    const { from, to } = inAndOut('convert', positionals)
    const format = formatOf(to, values.format)
    const { removed, paths, problems, ledger, ...result } =
      format === 'bids'
        ? await intoDataset(from, to, values)
        : await intoFile(from, to, format, values)
    noteCopy(from, format, to)
    if (values.json) {
      const parts = paths.length > 1 ? { parts: paths } : {}
      printJson({ ...result, ...(removed ? { removed } : {}), ...parts, ledger, problems })
    } else {
      const text = exportReport(result, problems) + removalReport(removed)
      process.stdout.write(joinedReport(from, paths) + text)
    }
    return problems.every(isHarmless) ? 0 : partlyRecovered
  },
}

type Values = Parameters<typeof addToDataset>[1] & { readonly stream?: string[] | undefined }

async function intoDataset(path: string, dataset: string, values: Values) {
  const [stream, more] = values.stream ?? []
  if (more !== undefined) throw badOption('convert', `--stream ${more}: BIDS takes one stream`)
  const position = { index: 0, count: 1 }
  const job = { path, dataset, format: 'bdf' as const }
  const added = await addToDataset('convert', values, job, position, stream)
  return { ...added, format: 'bids' as const, advice: '' }
}

async function intoFile(path: string, to: string, format: ExportFormat, values: Values) {
  for (const name of Object.keys(bidsArguments) as (keyof typeof bidsArguments)[]) {
    if (values[name] !== undefined) throw badOption('convert', `--${name} goes with --format bids`)
  }
  const { recording, paths } = await openWhole(path, values['one-file'])
  try {
    const streams = values.stream ? { streams: values.stream } : {}
    const { removed, recording: exported } = deidentified('convert', recording, values)
    const result = await exportRecording(exported, { format, path: to, ...streams }, disk)
    const { problems, ledger } = recording
    return { ...result, ...(removed ? { removed } : {}), paths, problems, ledger }
  } finally {
    await recording.close()
  }
}

/** @throws SynapseError bad-option */
export function inAndOut(
  command: string,
  [from, to, more]: readonly string[],
): { readonly from: string; readonly to: string } {
  if (from === undefined) throw badOption(command, 'the file to read is missing')
  if (to === undefined) throw badOption(command, 'the file to write is missing')
  if (more !== undefined) throw badOption(command, `"${more}" is one argument too many`)
  return { from, to }
}

function formatOf(path: string, named: string | undefined): ExportFormat | 'bids' {
  const all = [...exportFormats, 'bids'] as const
  const known = all.find((format) => format === named?.toLowerCase())
  if (known) return known
  const choice = all.join(', ')
  if (named !== undefined) throw badOption('convert', `--format ${named}: not one of ${choice}`)
  if (named === undefined && isFolder(path)) return 'bids'
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  const format = endings[ending]
  if (format) return format
  const usual = Object.keys(endings).map((each) => `.${each}`)
  throw badOption('convert', `${path}: not ${usual.join(', ')}, and no --format (${choice})`)
}

/** One that is there, or that is written as one. */
function isFolder(path: string): boolean {
  if (/[/\\]$/.test(path)) return true
  try {
    return statSync(path).isDirectory()
  } catch {
    // Whatever is wrong with it, creating the file will say so.
    return false
  }
}
