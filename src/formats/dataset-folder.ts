/** Folders of a data set on disk: files that are made once, and tables that grow. */
import * as nodeFs from 'node:fs'
import { dirname, join } from 'node:path'
import type { OutputFolder } from './export/output-files.ts'
import { createFileSink, fileError, openFileSource, removeFile } from './file-io.ts'
import type { ByteSource } from './io.ts'

/**
 * Paths are relative to the data set, with slashes. A folder that was made here goes again with the
 * last file that is removed from it: its name may be that of a subject.
 */
export interface DatasetFolder extends OutputFolder {
  /** What stands in the folder itself; nothing where there is none yet. @throws SynapseError */
  list(): readonly string[]
  /** Undefined where there is no such file. @throws SynapseError file-denied, io-failed */
  readText(path: string): string | undefined
  /** As a whole or not at all. @throws SynapseError file-denied, disk-full, io-failed */
  replaceText(path: string, text: string): void
  /** @throws SynapseError file-missing, file-denied, io-failed */
  open(path: string): Promise<ByteSource>
}

export function openDatasetFolder(root: string): DatasetFolder {
  const own = (path: string) => join(root, ...path.split('/'))
  const guarded = <T>(doing: string, act: () => T): T => {
    try {
      return act()
    } catch (cause) {
      throw fileError(doing, cause)
    }
  }
  const made = new Set<string>()
  const withFolder = (path: string) => {
    const folder = dirname(path)
    const first = guarded(`creating ${folder}`, () => nodeFs.mkdirSync(folder, { recursive: true }))
    if (first === undefined) return
    for (let each = folder; each.length >= first.length; each = dirname(each)) made.add(each)
  }
  const leaveFolder = (path: string) => {
    for (let each = dirname(path); made.has(each); each = dirname(each)) {
      try {
        nodeFs.rmdirSync(each)
      } catch {
        // Something else is in it.
        return
      }
      made.delete(each)
    }
  }
  const readText = (path: string) =>
    guarded(`reading ${own(path)}`, () =>
      nodeFs.existsSync(own(path)) ? nodeFs.readFileSync(own(path), 'utf8') : undefined,
    )
  return {
    list: () =>
      guarded(`reading ${root}`, () => (nodeFs.existsSync(root) ? nodeFs.readdirSync(root) : [])),
    readText,
    replaceText: (path, text) => {
      withFolder(own(path))
      const temporary = `${own(path)}.part`
      try {
        guarded(`writing ${own(path)}`, () => writeWhole(temporary, own(path), text))
      } catch (cause) {
        nodeFs.rmSync(temporary, { force: true })
        leaveFolder(own(path))
        throw cause
      }
    },
    create: (path) => {
      withFolder(own(path))
      try {
        return createFileSink(own(path))
      } catch (cause) {
        leaveFolder(own(path))
        throw cause
      }
    },
    remove: (path) => {
      removeFile(own(path))
      leaveFolder(own(path))
    },
    open: (path) => openFileSource(own(path)),
  }
}

function writeWhole(temporary: string, path: string, text: string): void {
  const descriptor = nodeFs.openSync(temporary, 'w')
  try {
    nodeFs.writeFileSync(descriptor, text)
    nodeFs.fsyncSync(descriptor)
  } finally {
    nodeFs.closeSync(descriptor)
  }
  nodeFs.renameSync(temporary, path)
}
