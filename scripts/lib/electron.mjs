// Electron's binary is no part of its npm package: it is fetched the first time a window is wanted.
// A fetch that failed is remembered for a day, so that the next start does not wait for it again.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StepFailed, step } from './progress.mjs'
import { cache, node24, packageScript, root, run } from './run.mjs'
import { stamp } from './stamp.mjs'

const folder = join(root, 'node_modules', 'electron')
const failedStamp = join(cache, 'electron-failed.json')
const retryAfterHours = 24
const fetchLimitSeconds = 600

/** Folder of the unpacked binary, whether it is there or not. */
export function electronFolder() {
  return process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
}

/** Path of Electron's program, or undefined as long as it has not been fetched whole. */
function electronProgram() {
  const pathFile = join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron'
  const path = join(electronFolder(), name)
  const whole = existsSync(pathFile) || process.env.ELECTRON_OVERRIDE_DIST_PATH !== undefined
  return whole && existsSync(path) ? path : undefined
}

/**
 * Path of Electron's program, fetched when it is missing.
 * @throws StepFailed with the reason, at once when the last attempt failed less than a day ago
 */
export async function ensureElectron({ retry = false } = {}) {
  const present = electronProgram()
  if (present) return present
  const wanted = `${electronVersion()} ${process.platform}-${process.arch}`
  const failed = lastFailure()
  const ageHours = (Date.now() - (failed?.at ?? 0)) / 3_600_000
  if (!retry && failed?.wanted === wanted && ageHours < retryAfterHours) {
    throw unavailable(failed.reason)
  }
  try {
    await step('Fetching Electron (about 110 MB, once)', fetchElectron)
  } catch (error) {
    const reason = reasonOf(error)
    stamp(failedStamp, JSON.stringify({ wanted, at: Date.now(), reason }))
    throw unavailable(reason)
  }
  rmSync(failedStamp, { force: true })
  const fetched = electronProgram()
  if (!fetched) throw unavailable('the download is not whole')
  return fetched
}

function fetchElectron() {
  return run(node24(), [packageScript('electron/install.js')], {
    limitSeconds: fetchLimitSeconds,
  })
}

function electronVersion() {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
}

function lastFailure() {
  try {
    return JSON.parse(readFileSync(failedStamp, 'utf8'))
  } catch {
    return undefined
  }
}

/** The first line of what the installer printed: `TypeError: fetch failed`. */
function reasonOf(error) {
  const printed = error.details?.trim().split('\n')[0]
  return printed || error.message
}

function unavailable(reason) {
  return new StepFailed(
    `Electron could not be downloaded (${reason})`,
    'Check the network, then run the command again.',
  )
}
