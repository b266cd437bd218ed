/** `synapse report`: the integrity of a recording, as a page to keep beside it. */
import {
  checkSumsOfAll,
  createFileSink,
  integrityReport,
  removeFile,
  reportHtml,
} from '../../formats/index.ts'
import { badOption, type Command, onePositional, printJson, readArguments } from '../command.ts'
import { partlyRecovered } from '../export-report.ts'
import { joinedReport, oneFileOption, openWhole } from '../input.ts'

export const report: Command = {
  name: 'report',
  usage: 'FILE --out REPORT.html [--one-file]',
  help:
    'Writes an integrity report: samples expected, received and lost; gaps with their times;\n' +
    'effective rates, clock offsets and arrival delays; impedances before and after; markers;\n' +
    'checksums. Exit code 0: sound; 3: damaged, but partly readable; 2: unreadable.',
  options: [
    ['--out FILE', 'the page, which must not exist; with --json it may be left out'],
    oneFileOption,
  ],
  async run(args) {
    const { values, positionals } = readArguments('report', args, {
      json: { type: 'boolean', default: false },
      'one-file': { type: 'boolean', default: false },
      out: { type: 'string' },
    })
    const path = onePositional('report', 'the file', positionals)
    if (!values.out && !values.json) throw badOption('report', '--out FILE is missing')
    const { recording, paths } = await openWhole(path, values['one-file'])
    try {
      const checksums = await checkSumsOfAll(paths)
      const found = await integrityReport(path, recording, checksums)
      if (values.out) await write(values.out, reportHtml(found, new Date()))
      if (values.json) printJson(found)
      else process.stdout.write(`${joinedReport(path, paths)}${values.out}\n`)
      return found.verdict === 'damaged' ? partlyRecovered : 0
    } finally {
      await recording.close()
    }
  },
}

async function write(path: string, page: string): Promise<void> {
  const sink = createFileSink(path)
  try {
    sink.write(new TextEncoder().encode(page))
    sink.sync()
    await sink.close()
  } catch (cause) {
    await sink.close().catch(() => {})
    removeFile(path)
    throw cause
  }
}
