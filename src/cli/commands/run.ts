/** `synapse run`: a graph over a recording, its outputs into a file. */
import { existsSync, rmSync } from 'node:fs'
import { extname } from 'node:path'
import { createFileSink, openFileSource, openRecording, XdfWriter } from '../../formats/index.ts'
import { hostClock, openModels, runGraph } from '../../main/index.ts'
import { badOption, type Command, onePositional, printJson, readArguments } from '../command.ts'
import { parameterOptions, readGraphFile } from '../graph-file.ts'

export const run: Command = {
  name: 'run',
  usage: 'GRAPH.json --in RECORDING --out FILE.xdf',
  help: 'Runs a processing graph over a recording, as it would have run live.',
  options: [
    ['--in RECORDING', 'what the graph reads'],
    ['--out FILE', 'an XDF file, one stream for each output of the graph; it must not exist'],
    ['--set NAME=VALUE', 'a parameter of the graph; may be given several times'],
  ],
  async run(args) {
    const { values, positionals } = readArguments('run', args, {
      json: { type: 'boolean', default: false },
      in: { type: 'string' },
      out: { type: 'string' },
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
    try {
      const startedAt = recording.startedAt ?? new Date(0)
      const writer = new XdfWriter(createFileSink(values.out), { startedAt })
      const began = hostClock.now()
      const result = await runGraph(spec, recording, openModels(), writer, parameters)
      await writer.close()
      const seconds = hostClock.now() - began
      if (values.json) printJson({ path: values.out, graph: spec.name, seconds, ...result })
      else process.stdout.write(asText(values.out, seconds, result))
    } catch (error) {
      // Half a result could be taken for a whole one.
      if (isNew) rmSync(values.out, { force: true })
      throw error
    } finally {
      await recording.close()
    }
    return 0
  },
}

type Result = Awaited<ReturnType<typeof runGraph>>

function asText(path: string, seconds: number, { frames, outputs }: Result): string {
  const lines = outputs.map(({ name, ledger }) => `  ${name}  ${ledger.received} samples`)
  return `${path}\n${frames} frames in ${seconds.toFixed(2)} s\n${lines.join('\n')}\n`
}
