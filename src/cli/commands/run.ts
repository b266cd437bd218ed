/** `synapse run`: a graph over a recording, or over many, its outputs into files. */
import { existsSync, globSync, mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, extname, join } from 'node:path'
import { partPath } from '../../formats/index.ts'
import {
  type FileResult,
  type RunJob,
  type RunReport,
  runFile,
  runFiles,
} from '../../main/index.ts'
import { SynapseError } from '../../signal/index.ts'
import {
  badOption,
  type Command,
  numberOption,
  onePositional,
  printJson,
  readArguments,
} from '../command.ts'
import { parameterOptions, readGraphFile } from '../graph-file.ts'

const mostJobs = 64

export const run: Command = {
  name: 'run',
  usage: 'GRAPH.json --in RECORDING… --out FILE.xdf|FOLDER',
  help: 'Runs a processing graph over recordings, as it would have run live.',
  options: [
    [
      '--in RECORDING',
      'what the graph reads, with all its parts; several times, or with * and ?, for many',
    ],
    [
      '--out FILE',
      'an XDF file, one stream for each output of the graph; it must not exist. Of many ' +
        'recordings: a folder, one file for each',
    ],
    ['--jobs N', 'so many recordings at a time; as many as there are processors'],
    ['--state FOLDER', 'what nodes keep by key, as baselines are, from one run to the next'],
    ['--dead-letters FOLDER', 'keeps what nodes refused, to be looked at and run again'],
    ['--as-degraded', 'gives up what the live graph gave up, as the markers of the recording say'],
    ['--trace FILE', 'which node ran when, for ui.perfetto.dev'],
    ['--set NAME=VALUE', 'a parameter of the graph; may be given several times'],
  ],
  async run(args) {
    const { values, positionals } = readArguments('run', args, optionTypes)
    const graphPath = onePositional('run', 'the graph', positionals)
    const recordings = recordingsOf(values.in)
    if (!values.out) throw badOption('run', '--out is missing')
    const spec = readGraphFile(graphPath)
    const settings = {
      spec,
      parameters: parameterOptions('run', spec, values.set),
      asDegraded: values['as-degraded'],
    }
    const { out, state, trace, 'dead-letters': deadLetters } = values
    const [first] = recordings
    if (recordings.length === 1 && extname(out) === '.xdf') {
      const job = { ...settings, recording: first!, out, state, deadLetters, trace }
      printOne(job, await runFile(job), values.json)
      return 0
    }
    if (recordings.length === 1) throw badOption('run', '--out must end with .xdf')
    for (const [name, value] of Object.entries({ state, trace })) {
      if (value) throw badOption('run', `--${name} is of one recording, and there are many`)
    }
    const jobs = recordings.map((recording, i): RunJob => {
      const name = outName(recordings, i)
      const letters = deadLetters && join(deadLetters, name)
      return { ...settings, recording, out: join(out, `${name}.xdf`), deadLetters: letters }
    })
    mkdirSync(out, { recursive: true })
    const atATime = numberOption('run', 'jobs', values.jobs, [1, mostJobs])
    return runMany(jobs, Math.floor(atATime ?? availableParallelism()), values.json)
  },
}

const optionTypes = {
  json: { type: 'boolean', default: false },
  in: { type: 'string', multiple: true, default: [] as string[] },
  out: { type: 'string' },
  jobs: { type: 'string' },
  state: { type: 'string' },
  'dead-letters': { type: 'string' },
  'as-degraded': { type: 'boolean', default: false },
  trace: { type: 'string' },
  set: { type: 'string', multiple: true, default: [] as string[] },
} as const

/** @throws SynapseError bad-option, file-missing when nothing is like a pattern */
function recordingsOf(given: readonly string[]): string[] {
  if (given.length === 0) throw badOption('run', '--in RECORDING is missing')
  const found = given.flatMap((path) => {
    if (existsSync(path) || !/[*?[{]/.test(path)) return [path]
    const matches = globSync(path).sort()
    if (matches.length > 0) return matches
    throw new SynapseError('file-missing', `looking for ${path}: no file is like that`)
  })
  return onceEach([...new Set(found)])
}

/** Any file of a recording stands for all of them: one is enough. */
function onceEach(paths: readonly string[]): string[] {
  const nameOf = (path: string) => (/\.xdf$/i.test(path) ? partPath(path, 1) : path)
  const names = paths.map(nameOf)
  return paths.filter((path, i) => names.indexOf(nameOf(path)) === i)
}

/** The recording's name; with a number where another one has the same. */
function outName(recordings: readonly string[], i: number): string {
  const nameOf = (path: string) => basename(path, extname(path))
  const name = nameOf(recordings[i]!)
  const before = recordings.slice(0, i).filter((path) => nameOf(path) === name).length
  return before === 0 ? name : `${name}-${before + 1}`
}

async function runMany(jobs: readonly RunJob[], atATime: number, json: boolean): Promise<number> {
  const results = await runFiles(jobs, atATime, (result) => {
    if (json) return
    if (result.report) process.stdout.write(asText(result.job.out, result.report))
    else
      process.stderr.write(
        `synapse: ${result.note.message} [${result.note.code}]. ${result.note.remedy}\n`,
      )
  })
  if (json) printJson(results.map(asJson))
  return results.some(({ note }) => note) ? 2 : 0
}

function asJson({ job, report, note }: FileResult) {
  const { recording, out: path, spec } = job
  return report ? { recording, path, graph: spec.name, ...report } : { recording, error: note }
}

function printOne({ out: path, spec }: RunJob, report: RunReport, json: boolean): void {
  if (json) printJson({ path, graph: spec.name, ...report })
  else process.stdout.write(asText(path, report))
}

function asText(path: string, { frames, seconds, outputs, refused }: RunReport): string {
  const lines = outputs.map(({ name, ledger }) => `  ${name}  ${ledger.received} samples`)
  if (refused.frames > 0) lines.push(`  ${refused.frames} frames refused by nodes`)
  return `${path}\n${frames} frames in ${seconds.toFixed(2)} s\n${lines.join('\n')}\n`
}
