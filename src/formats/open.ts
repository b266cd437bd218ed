/** Opens a recording of any format, known by its content and never by its name. */
import { SynapseError } from '../signal/index.ts'
import { openBeside, openFileSource } from './file-io.ts'
import type { ByteSource, FileToOpen, OpenSource } from './io.ts'
import { readers } from './readers.ts'
import type { Recording } from './recording.ts'

/** Enough for the descriptions that stand before the samples of a text file. */
const startBytes = 1 << 16

/**
 * The recording owns the source from then on, and closes it; after a throw the caller still does.
 * @param name what messages call it: a path or a file name
 * @param neighbour opens another file of the same folder, for formats that are several files
 * @throws SynapseError file-unreadable (no recording that we know), file-damaged (nothing of it
 * can be read), file-missing (a part of it), io-failed
 */
export async function openRecording(
  source: ByteSource,
  name: string,
  neighbour: FileToOpen['neighbour'] = alone(name),
): Promise<Recording> {
  const start = await source.read(0, startBytes)
  const text = Buffer.from(start.buffer, start.byteOffset, start.length).toString('latin1')
  const file: FileToOpen = { source, name, start, text, lines: text.split(/\r?\n/), neighbour }
  const reader = readers.find((each) => each.knows(file))
  if (reader) return reader.open(file)
  throw new SynapseError('file-unreadable', `opening ${name}: ${guess(text, start)}`)
}

/**
 * A recording on disk, with the files beside it that belong to it.
 * @param open `openBlockingSource` in a thread that has nothing else to do
 * @throws SynapseError as `openRecording`, and file-denied
 */
export async function openRecordingFile(
  path: string,
  open: OpenSource = openFileSource,
): Promise<Recording> {
  const source = await open(path)
  try {
    return await openRecording(source, path, (fileName) => openBeside(path, fileName, open))
  } catch (error) {
    await source.close()
    throw error
  }
}

function alone(name: string): FileToOpen['neighbour'] {
  return async (fileName) => {
    throw new SynapseError('file-missing', `opening ${name}: ${fileName} belongs to it`, {
      remedy: 'Open it from a folder that has both files.',
    })
  }
}

/** What people take for a recording, by how it begins. */
const lookalikes: readonly (readonly [begin: string, what: string])[] = [
  ['\u001f\u008b', 'this is gzip; unpack it first (an .xdfz is a packed .xdf)'],
  ['PK\u0003\u0004', 'this is a zip archive; unpack it first'],
  ['\u0089HDF', 'this is HDF5 (NWB, MATLAB 7.3), which is not read yet'],
  ['GDF ', 'this is GDF, which is not read yet'],
  ['{', 'this looks like JSON'],
  ['<?xml', 'this is XML'],
]

function guess(text: string, start: Uint8Array): string {
  if (start.length === 0) return 'the file is empty'
  const known = lookalikes.find(([begin]) => text.startsWith(begin))
  if (known) return known[1]
  const isText = start.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d))
  return isText ? 'this is text, but no recording that we know' : 'no recording that we know'
}
