/** Every format that is read: a folder and a line here. The first that knows the file opens it. */
import { looksLikeBrainVision, openBrainVision } from './brainvision/brainvision-reader.ts'
import { openEdf } from './edf/edf-reader.ts'
import { looksLikeEdf } from './edf/header.ts'
import { looksLikeMatlab, openSet } from './eeglab/set-reader.ts'
import { looksLikeFif, openFif } from './fif/fif-reader.ts'
import type { FileToOpen } from './io.ts'
import { looksLikeText, openText } from './openbci-text/text-reader.ts'
import { looksLikeParquet } from './parquet/parquet-file.ts'
import { openParquet } from './parquet/parquet-reader.ts'
import type { Recording } from './recording.ts'
import { looksLikeXdf, openXdf } from './xdf/xdf-reader.ts'

interface Reader {
  knows(file: FileToOpen): boolean
  /** @throws SynapseError file-unreadable, file-damaged, file-missing, io-failed */
  open(file: FileToOpen): Promise<Recording>
}

export const readers: readonly Reader[] = [
  { knows: ({ start }) => looksLikeXdf(start), open: ({ source, name }) => openXdf(source, name) },
  { knows: ({ start }) => looksLikeEdf(start), open: ({ source, name }) => openEdf(source, name) },
  { knows: ({ text }) => looksLikeBrainVision(text), open: openBrainVision },
  { knows: ({ text }) => looksLikeMatlab(text), open: openSet },
  { knows: ({ start }) => looksLikeFif(start), open: openFif },
  { knows: ({ text }) => looksLikeParquet(text), open: openParquet },
  {
    knows: ({ lines }) => looksLikeText(lines),
    open: ({ source, name, lines }) => openText(source, name, lines),
  },
]
