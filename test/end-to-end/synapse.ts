/** Runs the real command, as a user would, and the processes that a test needs beside it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { EmulatorEvent, EmulatorSummary } from '../../src/devices/index.ts'
import type { RecordingSummary } from '../../src/formats/index.ts'

const root = join(import.meta.dirname, '..', '..')
const command = join(root, 'bin', 'synapse.mjs')

export interface Finished {
  readonly code: number | null
  /** What ended it, where it did not end by itself. */
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  /** Resolves with the first line of stdout that fits; rejects when the process ends before. */
  line(fits: (line: string) => boolean): Promise<string>
}

export function startSynapse(...args: string[]): Started {
  return startIn({}, args)
}

/** With these variables set. */
export function startSynapseWith(environment: Record<string, string>, ...args: string[]): Started {
  return startIn(environment, args)
}

/** With these variables set, to the end. */
export function synapseWith(
  environment: Record<string, string>,
  ...args: string[]
): Promise<Finished> {
  const { child, finished } = startIn(environment, args)
  child.stdin!.end()
  return finished
}

function startIn(environment: Record<string, string>, args: readonly string[]): Started {
  const child = spawn(process.execPath, [command, ...args], {
    cwd: root,
    env: { ...process.env, SYNAPSE_QUIET: '1', ...environment },
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stdout.on('data', (data) => {
    stdout += data
    for (const listener of listeners) listener()
  })
  child.stderr.on('data', (data) => {
    stderr += data
  })
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return {
    child,
    finished,
    line: (fits) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = stdout.split('\n').slice(0, -1).find(fits)
          if (found === undefined) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        void finished.then(() => reject(new Error(`synapse ended: ${stderr}`)))
        look()
      }),
  }
}

export function synapse(...args: string[]): Promise<Finished> {
  return synapseWith({}, ...args)
}

/** @returns what `synapse info --json` says, and its exit code */
export async function infoOf(path: string): Promise<RecordingSummary & { code: number | null }> {
  const { code, stdout, stderr } = await synapse('info', path, '--json')
  if (code !== 0 && code !== 3) throw new Error(stderr)
  return { ...(JSON.parse(stdout) as RecordingSummary), code }
}

export interface EmulatedBoard {
  readonly link: string
  /** Ends the emulator; resolves with all that it did. */
  end(): Promise<{ readonly events: EmulatorEvent[]; readonly summary: EmulatorSummary }>
}

export async function emulatedCyton(link: string, ...options: string[]): Promise<EmulatedBoard> {
  const started = startSynapse('emulate', 'openbci-cyton', '--link', link, '--json', ...options)
  await started.line((line) => line.includes('"ready"'))
  return {
    link,
    async end() {
      started.child.kill('SIGINT')
      const { stdout } = await started.finished
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      return { events: lines, summary: lines.at(-1) }
    },
  }
}
