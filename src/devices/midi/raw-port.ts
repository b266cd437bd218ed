/**
 * A MIDI port of ALSA, `/dev/snd/midiC1D0`: a device file that is no terminal. A read of it waits
 * and cannot be taken back, so `cat` waits in our place, and is ended when the port is closed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, readdirSync } from 'node:fs'
import {
  type ByteLink,
  type Clock,
  type FoundDevice,
  type LinkListener,
  reasonOf,
  SynapseError,
} from '../../signal/index.ts'

const folder = '/dev/snd'
const rawName = /^midiC\d+D\d+$/

export function isRawPort(address: string): boolean {
  return address.startsWith(`${folder}/`)
}

export function listRawPorts(): FoundDevice[] {
  return namesIn(folder)
    .filter((name) => rawName.test(name))
    .map((name) => {
      const address = `${folder}/${name}`
      const problem = problemWith(address)
      return { driver: 'midi', address, name: `MIDI ${name}`, ...(problem ? { problem } : {}) }
    })
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    // No sound, no MIDI.
    return []
  }
}

function problemWith(path: string) {
  try {
    checkReadable(path)
    return undefined
  } catch (error) {
    return (error as SynapseError).note
  }
}

function checkReadable(path: string): void {
  try {
    accessSync(path, constants.R_OK)
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw isMissing
      ? new SynapseError('port-missing', `opening ${path}: no such port`, { cause })
      : new SynapseError('port-denied', `opening ${path}: permission denied`, {
          cause,
          remedy:
            'Add yourself to the group "audio" (sudo usermod -aG audio $USER), then log in again.',
        })
  }
}

/** @throws SynapseError port-missing, port-denied, port-failed */
export async function openRawPort(
  path: string,
  clock: Clock,
  listener: LinkListener,
): Promise<ByteLink> {
  checkReadable(path)
  const reader = spawn('cat', ['--', path], { stdio: ['ignore', 'pipe', 'ignore'] })
  await started(reader, path)
  let isClosing = false
  reader.stdout?.on('data', (bytes: Buffer) => listener.bytes(bytes, clock.now()))
  const ended = new Promise<void>((done) => reader.once('close', () => done()))
  void ended.then(() => {
    if (!isClosing) listener.lost()
  })
  return {
    write: async () => {
      throw new SynapseError('port-failed', `writing to ${path}: it is open for reading`)
    },
    close() {
      isClosing = true
      reader.kill()
      return ended
    },
  }
}

function started(reader: ChildProcess, path: string): Promise<void> {
  return new Promise((done, failed) => {
    reader.once('spawn', () => done())
    reader.once('error', (cause) =>
      failed(new SynapseError('port-failed', `reading ${path}: ${reasonOf(cause)}`, { cause })),
    )
  })
}
