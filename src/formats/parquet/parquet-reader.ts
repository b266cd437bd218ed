/**
 * Opens a recording that this program wrote as Parquet, by the file of any of its streams; the
 * files of the other streams and of the events are taken from beside it.
 */
import { SynapseError, sumLedgers } from '../../signal/index.ts'
import type { FileToOpen } from '../io.ts'
import { mergeByTime } from '../merge-by-time.ts'
import { ProblemLog } from '../problems.ts'
import { ledgerOf, type RecordedStream, type Recording } from '../recording.ts'
import { type FileDescription, metadataKey, readDescription } from './description.ts'
import { ParquetFile } from './parquet-file.ts'
import { type ReadEvents, readEvents } from './read-events.ts'
import { streamRows, surveyRows } from './stream-rows.ts'
import { eventsKey } from './write-events.ts'

interface StreamFile {
  readonly file: ParquetFile
  readonly description: FileDescription
}

/** @throws SynapseError file-unreadable (not of this program), file-damaged, io-failed */
export async function openParquet(opened: FileToOpen): Promise<Recording> {
  const { source, name } = opened
  const main = describedFile(await ParquetFile.open(source, name))
  const problems = new ProblemLog()
  const files: StreamFile[] = []
  try {
    await openAll(opened, main, files, problems)
    const events = await eventsOf(opened, main.description.events, problems)
    const streams: RecordedStream[] = []
    for (const { file, description } of files) {
      const gaps = events.gaps.get(description.info.id) ?? []
      streams.push(await surveyRows(file, description, gaps, problems))
    }
    const { startedAt } = main.description
    return {
      format: 'parquet',
      startedAt: startedAt === null ? null : new Date(startedAt),
      streams,
      markers: events.markers,
      settings: main.description.settings ?? [],
      ledger: sumLedgers(streams.map(ledgerOf)),
      problems: problems.list(),
      read: () =>
        mergeByTime(
          files.map(({ file, description }, i) => streamRows(file, description, streams[i]!)),
        ),
      close: async () => {
        await closeOthers(files, source)
        await source.close()
      },
    }
  } catch (cause) {
    await closeOthers(files, source)
    throw cause
  }
}

async function closeOthers(files: readonly StreamFile[], own: unknown): Promise<void> {
  for (const { file } of files) if (file.source !== own) await file.source.close()
}

function describedFile(file: ParquetFile): StreamFile {
  const text = file.metadata.get(metadataKey)
  if (text !== undefined) return { file, description: readDescription(text, file.name) }
  const isEvents = file.metadata.has(eventsKey)
  const what = isEvents ? 'these are the events alone' : 'this Parquet is no recording of ours'
  throw new SynapseError('file-unreadable', `opening ${file.name}: ${what}`, {
    remedy: isEvents
      ? 'Open the file of a stream beside it.'
      : 'Only Parquet that "synapse convert" wrote says which column is what.',
  })
}

/** In the order of the list, which every file of a recording has. */
async function openAll(
  { neighbour, name }: FileToOpen,
  main: StreamFile,
  files: StreamFile[],
  problems: ProblemLog,
): Promise<void> {
  const own = JSON.stringify(main.description.info)
  for (const fileName of main.description.streams) {
    try {
      if (name.replace(/^.*[/\\]/s, '') === fileName) {
        files.push(main)
        continue
      }
      const source = await neighbour(fileName)
      try {
        const other = describedFile(await ParquetFile.open(source, fileName))
        // A file that was renamed finds itself in the list under its old name, or not at all.
        if (JSON.stringify(other.description.info) === own) await source.close()
        else files.push(other)
      } catch (cause) {
        await source.close()
        throw cause
      }
    } catch (cause) {
      if (!(cause instanceof SynapseError)) throw cause
      problems.note('missing-part', `${cause.message}; the other streams are read`, fileName)
    }
  }
  if (!files.includes(main)) files.unshift(main)
}

async function eventsOf(
  { neighbour }: FileToOpen,
  fileName: string | null,
  problems: ProblemLog,
): Promise<ReadEvents> {
  const none = { markers: [], gaps: new Map() }
  if (fileName === null) return none
  try {
    const source = await neighbour(fileName)
    try {
      return await readEvents(await ParquetFile.open(source, fileName), problems)
    } finally {
      await source.close()
    }
  } catch (cause) {
    if (!(cause instanceof SynapseError)) throw cause
    problems.note('missing-part', `${cause.message}; there are no markers`, fileName)
    return none
  }
}
