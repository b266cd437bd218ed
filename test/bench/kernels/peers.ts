/**
 * Makes the peers ready: compiles the C programs and installs BrainFlow into `.cache/bench`. A peer
 * that cannot be had is left out, with the reason on stderr.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Contender, program } from './contenders.ts'

const run = promisify(execFile)
const here = import.meta.dirname
const root = join(here, '..', '..', '..')
const folder = join(root, '.cache', 'bench')
const oracles = join(root, '.cache', 'oracles', 'bin', 'python')
const brainflowVersion = '5.23.0'

export type PeerName = 'SciPy' | 'BrainFlow' | 'C 128-bit' | 'C AVX2' | 'FFTW3'

const makers: Readonly<Record<PeerName, () => Promise<Contender>>> = {
  SciPy: async () => {
    if (!existsSync(oracles)) throw new Error('the oracles are not installed: run "npm test" once')
    return program(oracles, ['-W', 'ignore', join(here, 'scipy_peer.py')])
  },
  BrainFlow: async () => program(await compiled('brainflow-peer', '-ldl'), [await brainflow()]),
  'C 128-bit': async () => program(await compiled('native-peer', '-msse4.2'), []),
  'C AVX2': async () => program(await compiled('native-peer', '-mavx2', '-mfma'), []),
  FFTW3: async () => {
    if (!existsSync('/usr/include/fftw3.h')) {
      throw new Error('its header is missing: run "apt-get install libfftw3-dev"')
    }
    return program(await compiled('fftw-peer', '-march=native', '-lfftw3f', '-lm'), [])
  },
}

export async function openPeers(): Promise<ReadonlyMap<PeerName, Contender>> {
  mkdirSync(folder, { recursive: true })
  const peers = new Map<PeerName, Contender>()
  for (const name of Object.keys(makers) as PeerName[]) {
    try {
      peers.set(name, await makers[name]())
    } catch (cause) {
      process.stderr.write(`bench: leaving out ${name}: ${(cause as Error).message}\n`)
    }
  }
  return peers
}

/** Libraries come after the source, or the linker does not look into them. */
async function compiled(name: string, ...flags: string[]): Promise<string> {
  const isLibrary = (flag: string) => flag.startsWith('-l')
  const target = join(folder, [name, ...flags.filter((flag) => !isLibrary(flag))].join(''))
  const settings = ['-O3', '-Wall', ...flags.filter((flag) => !isLibrary(flag))]
  await run('gcc', [...settings, '-o', target, join(here, `${name}.c`), ...flags.filter(isLibrary)])
  return target
}

/** Path of BrainFlow's library in an environment of its own, made once. */
async function brainflow(): Promise<string> {
  const environment = join(folder, `brainflow-${brainflowVersion}`)
  const pip = join(environment, 'bin', 'pip')
  if (!existsSync(pip)) await run('python3', ['-m', 'venv', environment])
  if (!libraryBelow(environment)) {
    await run(pip, [
      'install',
      '--quiet',
      '--disable-pip-version-check',
      `brainflow==${brainflowVersion}`,
    ])
  }
  const library = libraryBelow(environment)
  if (!library) throw new Error('its package holds no library for this system')
  return library
}

/** The Python of that environment. */
export async function brainflowPython(): Promise<string> {
  await brainflow()
  return join(folder, `brainflow-${brainflowVersion}`, 'bin', 'python')
}

function libraryBelow(environment: string): string | undefined {
  const libraries = join(environment, 'lib')
  if (!existsSync(libraries)) return undefined
  return readdirSync(libraries)
    .map((version) => join(libraries, version, 'site-packages/brainflow/lib/libDataHandler.so'))
    .find((path) => existsSync(path))
}
