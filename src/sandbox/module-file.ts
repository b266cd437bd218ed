/** Where modules are: by name in the modules folder, or anywhere by an absolute path. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { type ModuleFile, reasonOf, SynapseError } from '../signal/index.ts'
import { mostModuleBytes } from './limits.ts'
import { refusal } from './module-bytes.ts'

const extension = '.wasm'
const plainName = /^[A-Za-z0-9][\w-]*$/

/**
 * @param name `smooth` for `smooth.wasm` in the folder, or the absolute path of a `.wasm` file
 * @throws SynapseError file-missing, file-denied, graph-invalid
 */
export function findModule(folder: string | null, name: string): ModuleFile {
  const isPath = isAbsolute(name) && name.endsWith(extension)
  if (!isPath && !plainName.test(name)) {
    throw refusal(
      `the module "${name}" is neither a name nor an absolute path`,
      `Give the name of a file in the modules folder without ${extension}, or a whole path with it.`,
    )
  }
  const path = isPath ? name : folder && join(folder, `${name}${extension}`)
  if (!path || !existsSync(path)) throw missing(folder, name)
  return { path, sha256: digestOf(readModuleFile(path)) }
}

/** @throws SynapseError file-missing, graph-invalid; so too when the file is another one by now */
export function readModule({ path, sha256 }: ModuleFile): Uint8Array {
  const bytes = readModuleFile(path)
  if (digestOf(bytes) === sha256) return bytes
  throw refusal('it has changed since the graph was opened', 'Open the graph again.')
}

function readModuleFile(path: string): Uint8Array {
  try {
    const stats = statSync(path)
    if (!stats.isFile()) throw refusal(`${path} is no file`)
    if (stats.size > mostModuleBytes) {
      throw refusal(`${path} has ${stats.size} bytes, ${mostModuleBytes} are allowed`)
    }
    return readFileSync(path)
  } catch (cause) {
    if (cause instanceof SynapseError) throw cause
    const code = existsSync(path) ? 'file-denied' : 'file-missing'
    throw new SynapseError(code, `reading ${path}: ${reasonOf(cause)}`, { cause })
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function missing(folder: string | null, name: string): SynapseError {
  const found = (folder && existsSync(folder) ? readdirSync(folder) : [])
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
  return new SynapseError('file-missing', `the module "${name}" is not there`, {
    remedy: `Modules found: ${found.join(', ') || 'none'}. An absolute path names any other.`,
  })
}
