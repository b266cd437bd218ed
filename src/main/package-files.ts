/** What came along with the package: its version, its models, its interface. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readModelFolder } from '../inference/index.ts'

/** The folder of the package: two above this file, as source and as built. */
export const packageFolder = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** WebAssembly modules for sandboxed nodes, beside the models. */
export const modulesFolder = join(packageFolder, 'modules')

export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  return String(manifest.version)
}

/** By name. @throws SynapseError model-invalid */
export function openModels() {
  return readModelFolder(join(packageFolder, 'models'))
}
