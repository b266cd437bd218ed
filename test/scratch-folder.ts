/** A folder for the files of one test, gone when the test is over. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export interface ScratchFolder {
  /** @returns the path of the file written */
  write(name: string, bytes: Uint8Array): string
  path(name: string): string
}

export function scratchFolder(): ScratchFolder {
  const folder = mkdtempSync(join(tmpdir(), 'synapse-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = (name: string) => join(folder, name)
  return {
    path,
    write(name, bytes) {
      writeFileSync(path(name), bytes)
      return path(name)
    },
  }
}
