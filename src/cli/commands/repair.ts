/** `synapse repair`: what can be read of a damaged recording, as a new one that is sound. */
import {
  checkSumsOf,
  checkSumsOfAll,
  exportRecording,
  isHarmless,
  openRecordingFile,
  type Recording,
  removeRecording,
  verifyRecording,
} from '../../formats/index.ts'
import { SynapseError } from '../../signal/index.ts'
import { badOption, type Command, printJson, readArguments } from '../command.ts'
import { disk, exportReport, partlyRecovered } from '../export-report.ts'
import { joinedReport, oneFileOption, openWhole } from '../input.ts'
import { inAndOut } from './convert.ts'

export const repair: Command = {
  name: 'repair',
  usage: 'IN OUT.xdf [--one-file]',
  help:
    'Writes all that can be read of a damaged recording into a new, sound XDF file, with sample\n' +
    'numbers, gaps, markers and raw times; all files of a split one as one. Exit code 0: nothing was\n' +
    'lost; 3: something was; 2: there is nothing to recover. The damaged file is left as it is.',
  options: [oneFileOption],
  async run(args) {
    const { values, positionals } = readArguments('repair', args, {
      json: { type: 'boolean', default: false },
      'one-file': { type: 'boolean', default: false },
    })
    const { from, to } = inAndOut('repair', positionals)
    if (!/\.xdf$/i.test(to)) throw badOption('repair', `${to}: a repaired file is XDF (.xdf)`)
    const { recording, paths } = await openWhole(from, values['one-file'])
    try {
      const result = await exportRecording(recording, { format: 'xdf', path: to }, disk)
      await check(to, recording)
      const checksums = await checkSumsOfAll(paths)
      const { ledger } = recording
      const problems = [...recording.problems, ...(checksums?.problems ?? [])]
      if (values.json) printJson({ ...result, ledger, problems })
      else process.stdout.write(joinedReport(from, paths) + exportReport(result, problems))
      return problems.every(isHarmless) ? 0 : partlyRecovered
    } finally {
      await recording.close()
    }
  },
}

/**
 * Reads the new file to its end: it must be sound, and have every sample.
 * @throws SynapseError io-failed, and removes the file
 */
async function check(path: string, { streams }: Recording): Promise<void> {
  const written = await openRecordingFile(path)
  const found = await verifyRecording(written, await checkSumsOf(path))
  await written.close()
  const expected = streams
    .filter(({ info }) => info.sampleFormat !== 'json')
    .reduce((sum, { samples }) => sum + samples, 0)
  if (found.sound && found.framesRead === expected) return
  removeRecording(path)
  const problem = found.problems[0]?.message ?? `${found.framesRead} of ${expected} samples`
  throw new SynapseError('io-failed', `checking ${path}: ${problem}; the file was removed`)
}
