/** `synapse convert`: a recording in another format, with a table of what that one cannot keep. */
import {
  type ExportFormat,
  exportFormats,
  exportRecording,
  isHarmless,
} from '../../formats/index.ts'
import { badOption, type Command, printJson, readArguments } from '../command.ts'
import { deidentified, deidentifyArguments, deidentifyHelp } from '../deidentify-arguments.ts'
import { disk, exportReport, partlyRecovered, removalReport } from '../export-report.ts'
import { openInput, partsOption } from '../input.ts'

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
  usage: 'IN OUT [--format FORMAT] [--stream ID] [--parts]',
  help:
    'Writes a recording in another format and says what that format could not keep. Streams that do\n' +
    'not fit into one file get files of their own beside OUT; nothing is overwritten.',
  options: [
    ['--format FORMAT', `${exportFormats.join(', ')}; by the ending of OUT without it`],
    ['--stream ID', 'only this stream, by id or name; may be given several times'],
    ...deidentifyHelp,
    partsOption,
  ],
  async run(args) {
    const { values, positionals } = readArguments('convert', args, {
      json: { type: 'boolean', default: false },
      format: { type: 'string' },
      stream: { type: 'string', multiple: true },
      ...deidentifyArguments,
      parts: { type: 'boolean', default: false },
    })
    const { from, to } = inAndOut('convert', positionals)
    const format = formatOf(to, values.format)
    const recording = await openInput(from, values.parts)
    try {
      const streams = values.stream ? { streams: values.stream } : {}
      const { removed, recording: exported } = deidentified('convert', recording, values)
      const result = await exportRecording(exported, { format, path: to, ...streams }, disk)
      const { problems, ledger } = recording
      if (values.json) printJson({ ...result, ...(removed ? { removed } : {}), ledger, problems })
      else process.stdout.write(exportReport(result, problems) + removalReport(removed))
      return problems.every(isHarmless) ? 0 : partlyRecovered
    } finally {
      await recording.close()
    }
  },
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

function formatOf(path: string, named: string | undefined): ExportFormat {
  const known = exportFormats.find((format) => format === named?.toLowerCase())
  if (known) return known
  const choice = exportFormats.join(', ')
  if (named !== undefined) throw badOption('convert', `--format ${named}: not one of ${choice}`)
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  const format = endings[ending]
  if (format) return format
  const usual = Object.keys(endings).map((each) => `.${each}`)
  throw badOption('convert', `${path}: not ${usual.join(', ')}, and no --format (${choice})`)
}
