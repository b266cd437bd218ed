/** How recordings are made, kept in a file beside them: names, folder, parts, copy, what must be there. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { type RecordingSettings, recordingSettingsSchema } from '../contract/index.ts'
import { usualTemplate } from '../sessions/index.ts'
import { reasonOf, SynapseError } from '../signal/index.ts'

const settingsName = 'recording-settings.json'

export const usualRecording: RecordingSettings = {
  template: usualTemplate,
  folder: null,
  split: null,
  mirrorFolder: null,
  expected: [],
}

/** @throws SynapseError file-damaged */
export function readRecordingSettings(base: string): RecordingSettings {
  const path = join(base, settingsName)
  if (!existsSync(path)) return usualRecording
  try {
    return recordingSettingsSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new SynapseError('file-damaged', `reading ${path}: ${reasonOf(cause)}`, {
      cause,
      remedy: 'The usual settings are in force; choose yours again, and the file is replaced.',
    })
  }
}

/** As a whole or not at all. @throws SynapseError io-failed */
export function writeRecordingSettings(base: string, settings: RecordingSettings): void {
  const path = join(base, settingsName)
  try {
    mkdirSync(base, { recursive: true })
    writeFileSync(`${path}.part`, `${JSON.stringify(settings, null, 2)}\n`, { flush: true })
    renameSync(`${path}.part`, path)
  } catch (cause) {
    throw new SynapseError('io-failed', `writing ${path}: ${reasonOf(cause)}`, { cause })
  }
}

/** Folders that are named must be there before anything is recorded. @throws SynapseError */
export function checkFolders({ folder, mirrorFolder }: RecordingSettings): void {
  for (const path of [folder, mirrorFolder]) {
    if (path === null) continue
    if (!isAbsolute(path)) {
      throw new SynapseError('bad-option', `recording into ${path}: not a whole path`, {
        remedy: 'Give the path from the root of the disk.',
      })
    }
    try {
      mkdirSync(path, { recursive: true })
    } catch (cause) {
      throw new SynapseError('file-denied', `making ${path}: ${reasonOf(cause)}`, { cause })
    }
  }
}

/** Those of the program, as far as they can be read. */
export function settingsInForce(base: string): RecordingSettings {
  try {
    return readRecordingSettings(base)
  } catch {
    return usualRecording // the host that records says what is wrong with them
  }
}

/** Where recordings go: the folder that was chosen, or the one that the host was started with. */
export function folderInForce(base: string): string {
  return settingsInForce(base).folder ?? base
}
