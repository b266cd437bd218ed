/** A recording into a BIDS data set: what the commands `bids` and `convert` share. */
import { basename, resolve } from 'node:path'
import {
  type BidsFormat,
  type BidsOptions,
  exportToBids,
  openDatasetFolder,
  openFileSource,
  partNumber,
  partPath,
} from '../formats/index.ts'
import { packageVersion } from '../main/index.ts'
import { fieldsOfName, readSideFile } from '../sessions/index.ts'
import { SynapseError } from '../signal/index.ts'
import { badOption, numberOption } from './command.ts'
import { deidentified } from './deidentify-arguments.ts'
import { openWhole } from './input.ts'

export const bidsArguments = {
  subject: { type: 'string' },
  session: { type: 'string' },
  task: { type: 'string' },
  run: { type: 'string' },
  line: { type: 'string' },
  name: { type: 'string' },
} as const

export const bidsHelp: readonly (readonly [string, string])[] = [
  ['--subject LABEL', 'pseudonym: letters and digits; as the recording says without it'],
  ['--session LABEL', 'letters and digits; as the recording says without it, or none'],
  ['--task LABEL', 'what the subject did: letters and digits; as the recording says without it'],
  ['--run N', 'number of the first recording; as it says without it, 1 for several, or none'],
  ['--line HZ', 'frequency of the mains, 50 or 60'],
  ['--name TEXT', 'name of a new data set; that of its folder without it'],
]

type Values = { readonly [K in keyof typeof bidsArguments]?: string | undefined } & {
  readonly 'one-file': boolean
} & Parameters<typeof deidentified>[2]

/**
 * @param command whose arguments these are
 * @param position among several recordings, which are runs one after the other
 * @throws SynapseError bad-option where nobody says subject or task, and as `exportToBids`
 */
export async function addToDataset(
  command: string,
  values: Values,
  job: { readonly path: string; readonly dataset: string; readonly format: BidsFormat },
  position: { readonly index: number; readonly count: number },
  stream?: string,
) {
  const { path, dataset, format } = job
  const options: BidsOptions = {
    entities: entitiesOf(command, values, path, position),
    format,
    powerLineHz: numberOption(command, 'line', values.line, [16, 400]) ?? null,
    dataset: {
      name: values.name ?? basename(resolve(dataset)),
      softwareVersion: packageVersion(),
      today: dateText(new Date()),
    },
    ...(stream === undefined ? {} : { stream }),
  }
  const { recording, paths } = await openWhole(path, values['one-file'])
  try {
    const { recording: exported, removed } = deidentified(command, recording, values)
    const isOriginal = recording.format === 'xdf' && !removed && paths.length < 2
    const original = isOriginal ? await openFileSource(path) : undefined
    try {
      // A data set that is begun on the day of the recording must not say so.
      const today = dateText(exported.startedAt ?? new Date(Date.UTC(2000, 0, 1)))
      const facts = removed ? { ...options.dataset, today } : options.dataset
      const given = { ...options, dataset: facts, ...(original ? { original } : {}) }
      const result = await exportToBids(exported, given, openDatasetFolder(dataset))
      const { problems, ledger } = recording
      return { ...result, ...(removed ? { removed } : {}), paths, problems, ledger }
    } finally {
      await original?.close()
    }
  } finally {
    await recording.close()
  }
}

function dateText(date: Date): string {
  return date.toISOString().slice(0, 10)
}

/** What is typed counts before what stands beside the recording, and that before its name. */
function entitiesOf(
  command: string,
  values: Values,
  path: string,
  { index, count }: { readonly index: number; readonly count: number },
): BidsOptions['entities'] {
  const named = fieldsOfName(partNumber(path) > 1 ? partPath(path, 1) : path)
  const story = storyOf(path)
  const said = (name: 'subject' | 'session' | 'task') =>
    values[name] ?? (story?.[name] || named[name])
  const [subject, session, task] = [said('subject'), said('session'), said('task')]
  if (subject === '')
    throw badOption(command, '--subject is missing; the recording does not say it')
  if (task === '') throw badOption(command, '--task is missing; the recording does not say it')
  const run = runOf(command, values.run, { index, count, named: named.run })
  return {
    subject,
    task,
    ...(session === '' ? {} : { session }),
    ...(run === undefined ? {} : { run }),
  }
}

function storyOf(path: string) {
  try {
    return readSideFile(path)
  } catch (cause) {
    // The name says enough, and so may the user; the recording is not touched by it.
    if (cause instanceof SynapseError) return null
    throw cause
  }
}

interface Runs {
  readonly index: number
  readonly count: number
  /** What the name of the recording says. */
  readonly named: number | null
}

/** As many digits as were given, two without: file names sort by their run. */
function runOf(
  command: string,
  text: string | undefined,
  { index, count, named }: Runs,
): string | undefined {
  if (text !== undefined && !/^\d{1,6}$/.test(text)) {
    throw badOption(command, `--run ${text}: not a whole number`)
  }
  const usual = named ?? (count > 1 ? 1 + index : undefined)
  const run = text === undefined ? usual : Number(text) + index
  return run === undefined ? undefined : String(run).padStart(text?.length ?? 2, '0')
}
