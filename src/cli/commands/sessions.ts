/** `synapse sessions`: the catalogue of recordings, listed, searched, given out, erased, made anew. */
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import {
  defaultRecordingFolder,
  folderInForce,
  inspectRecording,
  settingsInForce,
} from '../../main/index.ts'
import {
  type CataloguedRecording,
  copySubject,
  deleteSubject,
  type Erasure,
  isAlive,
  noteCopy,
  planErasure,
  planSubjectExport,
  rebuildCatalogue,
  SessionCatalogue,
} from '../../sessions/index.ts'
import { badOption, type Command, onePositional, printJson, readArguments } from '../command.ts'

interface Call {
  readonly catalogue: SessionCatalogue
  readonly rest: readonly string[]
  readonly json: boolean
  readonly yes: boolean
}

const works: Readonly<Record<string, (call: Call) => Promise<number> | number>> = {
  list: ({ catalogue, json }) => show(catalogue.list(), json),
  search: ({ catalogue, rest, json }) => show(catalogue.search(rest), json),
  show: showOne,
  export: exportOne,
  delete: deleteOne,
  rebuild,
}

export const sessions: Command = {
  name: 'sessions',
  usage: 'list|search WORD …|show NUMBER|export SUBJECT FOLDER|delete SUBJECT|rebuild [FOLDER]',
  help:
    'The catalogue of the recordings in a folder: by subject, session, task and run. "export" copies\n' +
    'all files of a subject, "delete" erases them, "rebuild" makes the catalogue anew from the files.',
  options: [
    ['--folder FOLDER', 'of the recordings; that of the program by default'],
    ['--yes', 'delete without asking'],
  ],
  async run(args) {
    const { values, positionals } = readArguments('sessions', args, {
      json: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      folder: { type: 'string' },
    })
    const [name = 'list', ...rest] = positionals
    const work = Object.hasOwn(works, name) ? works[name] : undefined
    if (!work) throw badOption('sessions', `"${name}" is not understood`)
    const named = name === 'rebuild' ? rest[0] : undefined
    const folder = named ?? values.folder ?? folderInForce(defaultRecordingFolder())
    const catalogue =
      work === rebuild ? SessionCatalogue.toRebuild(folder) : new SessionCatalogue(folder)
    try {
      return await work({ catalogue, rest, json: values.json, yes: values.yes })
    } finally {
      catalogue.end()
    }
  },
}

function show(recordings: readonly CataloguedRecording[], json: boolean): number {
  if (json) printJson({ recordings })
  else {
    for (const each of recordings) process.stdout.write(`${line(each)}\n`)
    process.stdout.write(`${recordings.length} recordings\n`)
  }
  return 0
}

/** Whether it is over, and what is known of it. */
function stateOf({ state, process: writer, integrity }: CataloguedRecording): string {
  if (state === 'recording' && isAlive(writer)) return 'recording'
  const verdict = integrity?.verdict ?? 'not verified'
  return state === 'closed' ? verdict : `never closed, ${verdict}`
}

function line(recording: CataloguedRecording): string {
  const { id, path, startedAt, seconds, ledger } = recording
  const parts = [
    String(id).padStart(4),
    startedAt?.slice(0, 16).replace('T', ' ') ?? 'no date',
    seconds === null ? '–' : `${seconds.toFixed(0)} s`,
    ledger === null ? '' : `${ledger.lost} lost`,
    path,
    stateOf(recording),
  ]
  return parts.filter((part) => part !== '').join('  ')
}

function showOne({ catalogue, rest, json }: Call): number {
  const text = onePositional('sessions', 'the number', [...rest])
  const found = catalogue.get(Number(text))
  if (!found) throw badOption('sessions', `there is no recording ${text}`)
  const { settingsVersion, montageVersion } = found
  const settings = settingsVersion && catalogue.contentOf('settings', settingsVersion)
  const montage = montageVersion && catalogue.contentOf('montage', montageVersion)
  if (json) printJson({ ...found, settings, montage })
  else {
    for (const [name, value] of Object.entries(found)) {
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
      if (value !== null && value !== '') process.stdout.write(`${name}: ${text}\n`)
    }
  }
  return 0
}

function exportOne({ catalogue, rest, json }: Call): number {
  const [subject, into, more] = rest
  if (!subject || !into || more) throw badOption('sessions', 'export takes a subject and a folder')
  const plan = planSubjectExport(catalogue, subject, into)
  copySubject(plan)
  for (const { path } of plan.recordings) noteCopy(join(plan.from, path), 'subject', into)
  const { recordings, files } = plan
  if (json) printJson({ subject, into, recordings, files: files.map(({ path }) => path) })
  else process.stdout.write(`${files.length} files of ${recordings.length} recordings\n`)
  return 0
}

async function deleteOne({ catalogue, rest, json, yes }: Call): Promise<number> {
  const subject = onePositional('sessions', 'the subject', [...rest])
  const { mirrorFolder } = settingsInForce(defaultRecordingFolder())
  const known = catalogue.ofSubject(subject)
  if (!yes && known.length > 0) {
    process.stderr.write(stays(planErasure(catalogue, known, mirrorFolder), 'will stay'))
    if (!(await confirmed(subject, known.length))) return 1
  }
  const erased = deleteSubject(catalogue, subject, mirrorFolder)
  const { recordings, files, mirrors, elsewhere } = erased
  const [own, copies] = [files, mirrors].map((list) => list.map(({ path }) => path))
  if (json) {
    const paths = { files: own, mirrors: copies, elsewhere }
    printJson({ subject, recordings: recordings.length, ...paths })
    return 0
  }
  process.stdout.write(
    `${files.length} files of ${recordings.length} recordings erased, ` +
      `and ${mirrors.length} of their copies\n${stays(erased, 'stays')}`,
  )
  return 0
}

/** What nobody but the user can erase. */
function stays({ elsewhere }: Erasure, word: string): string {
  const lines = elsewhere.map(({ path, what }) => `▲ ${word}: ${path} (${what})\n`)
  return `${lines.join('')}Copies made by hand or by other programs are known to nobody here.\n`
}

async function confirmed(subject: string, count: number): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  const question = `Erase ${count} recordings of ${subject} for good? Type the subject: `
  const answer = await Promise.race([
    asking.question(question),
    new Promise<string>((resolve) => asking.once('close', () => resolve(''))),
  ])
  asking.close()
  return answer.trim() === subject
}

async function rebuild({ catalogue, json }: Call): Promise<number> {
  const rebuilt = await rebuildCatalogue(catalogue, inspectRecording)
  if (json) printJson(rebuilt)
  else {
    for (const { path, reason } of rebuilt.refused) process.stdout.write(`▲ ${path}: ${reason}\n`)
    process.stdout.write(`${rebuilt.recordings} recordings\n`)
  }
  return rebuilt.refused.length > 0 ? 3 : 0
}
