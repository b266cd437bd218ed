/** A file in the file manager of this machine, where its desktop has one. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { reasonOf, SynapseError } from '../signal/index.ts'

function commandFor(path: string): readonly [string, readonly string[]] {
  if (process.platform === 'darwin') return ['open', ['-R', path]]
  if (process.platform === 'win32') return ['explorer.exe', [`/select,${path}`]]
  return ['xdg-open', [dirname(path)]]
}

/** @throws SynapseError file-missing, io-failed where there is no file manager */
export function showInFileManager(path: string): Promise<void> {
  if (!existsSync(path)) {
    throw new SynapseError('file-missing', `showing ${path}: it is not there any more`)
  }
  const [command, args] = commandFor(path)
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true })
    child.once('error', (cause) => {
      const reason = `showing ${path}: ${reasonOf(cause)}`
      const remedy = 'Copy the path instead, and open it by hand.'
      reject(new SynapseError('io-failed', reason, { cause, remedy }))
    })
    child.once('spawn', () => {
      child.unref()
      resolve()
    })
  })
}
