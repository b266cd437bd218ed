/** `synapse run`: a graph over a recording, its outputs into a file. */
import { existsSync, rmSync } from 'node:fs'
import { extname } from 'node:path'
import { createFileSink, openFileSource, openRecording, XdfWriter } from '../../formats/index.ts'
import { deadLetter } from '../../graph/index.ts'
import {
  hostClock,
  OfflineTrace,
  openLetterStore,
  openModels,
  readLevels,
  runGraph,
} from '../../main/index.ts'
import { LmdbTable } from '../../store/index.ts'
import { badOption, type Command, onePositional, printJson, readArguments } from '../command.ts'
import { parameterOptions, readGraphFile } from '../graph-file.ts'

export const run: Command = {
  name: 'run',
  usage: 'GRAPH.json --in RECORDING --out FILE.xdf',
  help: 'Runs a processing graph over a recording, as it would have run live.',
  options: [
    ['--in RECORDING', 'what the graph reads'],
    ['--out FILE', 'an XDF file, one stream for each output of the graph; it must not exist'],
    ['--state FOLDER', 'what nodes keep by key, as baselines are, from one run to the next'],
    ['--dead-letters FOLDER', 'keeps what nodes refused, to be looked at and run again'],
    ['--as-degraded', 'gives up what the live graph gave up, as the markers of the recording say'],
    ['--trace FILE', 'which node ran when, for ui.perfetto.dev'],
    ['--set NAME=VALUE', 'a parameter of the graph; may be given several times'],
  ],
  async run(args) {
    const { values, positionals } = readArguments('run', args, {
      json: { type: 'boolean', default: false },
      in: { type: 'string' },
      out: { type: 'string' },
      state: { type: 'string' },
      'dead-letters': { type: 'string' },
      'as-degraded': { type: 'boolean', default: false },
      trace: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
    })
    const graphPath = onePositional('run', 'the graph', positionals)
    if (!values.in) throw badOption('run', '--in RECORDING is missing')
    if (!values.out) throw badOption('run', '--out FILE is missing')
    if (extname(values.out) !== '.xdf') throw badOption('run', '--out must end with .xdf')
    const spec = readGraphFile(graphPath)
    const parameters = parameterOptions('run', spec, values.set)
    const recording = await openRecording(await openFileSource(values.in), values.in)
    const isNew = !existsSync(values.out)
    const trace = values.trace ? new OfflineTrace() : null
    const state = values.state ? new LmdbTable(values.state) : null
    try {
      const startedAt = recording.startedAt ?? new Date(0)
      const writer = new XdfWriter(createFileSink(values.out), { startedAt })
      const began = hostClock.now()
      const store = values['dead-letters'] ? openLetterStore(values['dead-letters']) : null
      const refused = { frames: 0, letters: 0, dropped: 0 }
      const result = await runGraph(spec, recording, openModels(), writer, parameters, undefined, {
        refused(refusal) {
          refused.frames += refusal.chunk?.frames ?? 0
          const letter = store ? deadLetter(refusal) : undefined
          if (letter) store?.add(letter)
        },
        levels: values['as-degraded'] ? readLevels(recording.markers) : [],
        ...(state ? { state } : {}),
        ...(trace ? { meters: trace.meters } : {}),
      })
      await writer.close()
      await store?.close()
      if (values.trace) trace?.save(values.trace)
      if (store) {
        refused.letters = store.account.written
        refused.dropped = store.account.dropped
      }
      const seconds = hostClock.now() - began
      const { out: path } = values
      if (values.json) printJson({ path, graph: spec.name, seconds, ...result, refused })
      else process.stdout.write(asText(path, seconds, result, refused.frames))
    } catch (error) {
      // Half a result could be taken for a whole one.
      if (isNew) rmSync(values.out, { force: true })
      throw error
    } finally {
      await state?.close()
      await recording.close()
    }
    return 0
  },
}

type Result = Awaited<ReturnType<typeof runGraph>>

function asText(
  path: string,
  seconds: number,
  { frames, outputs }: Result,
  refused: number,
): string {
  const lines = outputs.map(({ name, ledger }) => `  ${name}  ${ledger.received} samples`)
  if (refused > 0) lines.push(`  ${refused} frames refused by nodes`)
  return `${path}\n${frames} frames in ${seconds.toFixed(2)} s\n${lines.join('\n')}\n`
}
