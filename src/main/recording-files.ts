/** Where recordings go, what they are called, and how much room there is. */
import { existsSync, mkdirSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, extname, isAbsolute, join, relative, resolve } from 'node:path'
import { reasonOf, SynapseError } from '../signal/index.ts'

export function defaultRecordingFolder(): string {
  return process.env.SYNAPSE_RECORDINGS ?? join(homedir(), 'SynapseStream')
}

/**
 * The file a user means: relative to the recordings' folder, `.xdf` where no ending is given.
 * @throws SynapseError bad-option for another ending, file-exists, file-missing, file-denied
 */
export function recordingPath(folder: string, named: string): string {
  const path = isAbsolute(named) ? named : resolve(folder, named)
  const ending = extname(path).toLowerCase()
  if (ending && ending !== '.xdf') {
    throw new SynapseError('bad-option', `recording ${named}: recordings are written in XDF`, {
      remedy: 'End the name with .xdf; "synapse convert" makes other formats of it.',
    })
  }
  const whole = ending ? path : `${path}.xdf`
  if (existsSync(whole)) {
    throw new SynapseError('file-exists', `recording ${whole}: the file exists`)
  }
  if (dirname(whole) === resolve(folder)) makeFolder(folder)
  else if (isAbsolute(named) && isWithin(folder, whole)) makeFolder(dirname(whole))
  else if (!existsSync(dirname(whole))) {
    throw new SynapseError('file-missing', `recording ${whole}: there is no such folder`, {
      remedy: `Make the folder ${dirname(whole)} first, or choose another one.`,
    })
  }
  return whole
}

/** What a template of names has made of folders. */
function isWithin(folder: string, path: string): boolean {
  const way = relative(resolve(folder), path)
  return !way.startsWith('..') && !isAbsolute(way)
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (cause) {
    throw new SynapseError('file-denied', `making ${folder}: ${reasonOf(cause)}`, { cause })
  }
}

/** Bytes free for us on the disk of the folder, or of the nearest one above it that exists. */
export async function freeBytes(folder: string): Promise<number> {
  let at = resolve(folder)
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  const { bavail, bsize } = await statfs(at)
  return bavail * bsize
}
