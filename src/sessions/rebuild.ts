/** Makes the catalogue anew from what lies in the folder: recordings, and their side files. */
import { type Dirent, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { z } from 'zod'
import { reasonOf, SynapseError } from '../signal/index.ts'
import type { NewRecording, SessionCatalogue } from './catalogue.ts'
import type { LedgerFigures } from './entry.ts'
import { fieldsOfName, stemOf } from './file-name.ts'
import { exportsName } from './files.ts'
import { type RecordingStory, readSideFile } from './side-file.ts'

/** What the recording itself says. @throws SynapseError where it cannot be read */
export type Inspect = (path: string) => Promise<{
  readonly startedAt: string | null
  readonly seconds: number | null
  readonly bytes: number
  readonly ledger: LedgerFigures
  /** It ends as a recording ends. */
  readonly whole: boolean
}>

export interface Rebuilt {
  readonly recordings: number
  /** Files that could not be read, with the reason; they are left as they are. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[]
}

/**
 * @param looked told how many of how many files have been looked at; what it throws ends the work,
 * and the catalogue is as it was
 * @throws SynapseError file-missing, io-failed, and what `looked` throws
 */
export async function rebuildCatalogue(
  catalogue: SessionCatalogue,
  inspect: Inspect,
  looked: (done: number, total: number) => void = () => {},
): Promise<Rebuilt> {
  const refused: { path: string; reason: string }[] = []
  const found: { recording: NewRecording; story: RecordingStory | null }[] = []
  const paths = recordingsIn(catalogue.folder)
  for (const [i, path] of paths.entries()) {
    looked(i, paths.length)
    const within = withinFolder(catalogue.folder, path)
    try {
      const story = readSideFile(path)
      found.push({ recording: entryOf(within, story, await inspect(path)), story })
    } catch (error) {
      refused.push({ path: within, reason: reasonOf(error) })
    }
  }
  found.sort((a, b) => (a.recording.startedAt ?? '').localeCompare(b.recording.startedAt ?? ''))
  catalogue.replaceAll(() => {
    for (const { recording, story } of found) {
      const since = recording.startedAt ?? ''
      catalogue.put({
        ...recording,
        settingsVersion: story && catalogue.version('settings', story.settings, since),
        montageVersion: story && catalogue.version('montage', story.montage, since),
      })
    }
  })
  return { recordings: found.length, refused }
}

/** Within the folder, with slashes on every system. */
export function withinFolder(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/')
}

function entryOf(
  path: string,
  story: RecordingStory | null,
  facts: Awaited<ReturnType<Inspect>>,
): NewRecording {
  const { whole, ...measured } = facts
  const named = fieldsOfName(path)
  const told = story ?? { ...named, protocol: '', operator: '', notes: '' }
  return {
    ...measured,
    path,
    run: named.run,
    subject: told.subject,
    session: told.session,
    task: told.task,
    protocol: told.protocol,
    operator: told.operator,
    notes: told.notes,
    startedAt: story?.startedAt ?? facts.startedAt,
    endedAt: story?.endedAt ?? null,
    seconds: story?.seconds ?? facts.seconds,
    state: whole && (story?.state ?? 'closed') === 'closed' ? 'closed' : 'interrupted',
    process: null,
    settingsVersion: null,
    montageVersion: null,
    devices: deviceNames(story?.settings),
    integrity: story?.integrity ?? null,
  }
}

/** What the settings in force name, one after the other. */
export function deviceNames(settings: unknown): string {
  const found = namedDevices.safeParse(settings)
  return found.success ? found.data.devices.map(({ name }) => name).join(', ') : ''
}

const namedDevices = z.object({ devices: z.array(z.object({ name: z.string() })) })

/** What is made of recordings, and what graphs refused: neither was recorded. */
const passedBy: ReadonlySet<string> = new Set([exportsName, 'dead-letters', 'state'])

const deepest = 6

/** First parts of recordings, in any folder below. */
function recordingsIn(folder: string, depth = 0): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch (cause) {
    throw new SynapseError('file-missing', `reading ${folder}: ${reasonOf(cause)}`, { cause })
  }
  return entries
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && depth === 0 && passedBy.has(entry.name)) return []
      if (entry.isDirectory()) return depth < deepest ? recordingsIn(path, depth + 1) : []
      return entry.isFile() && /\.xdf$/i.test(path) && isFirst(path) ? [path] : []
    })
}

function isFirst(path: string): boolean {
  return stemOf(path) === path.replace(/\.[^.]*$/, '')
}
