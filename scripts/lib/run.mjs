// Child processes: quietly, with their output kept for the case of failure, or in the foreground.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { StepFailed } from './progress.mjs'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const cache = join(root, '.cache')

const windows = process.platform === 'win32'

/** Node 24 from node_modules, whatever Node started this script. */
export function node24() {
  const path = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')
  return existsSync(path) ? path : process.execPath
}

/** The script behind a command of a package in node_modules. */
export function packageScript(path) {
  return join(root, 'node_modules', ...path.split('/'))
}

/** Runs to the end; output is kept and shown only on failure. Resolves with what it printed. */
export function run(command, args, { remedy, env = {}, cwd = root, limitSeconds } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      shell: windows && !command.endsWith('.exe'),
      timeout: limitSeconds === undefined ? undefined : limitSeconds * 1000,
    })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    const failed = (how) =>
      reject(
        new StepFailed(
          `${[command, ...args].join(' ')} ${how}`,
          remedy ?? 'Read its output above.',
          output.split('\n').slice(-200).join('\n'),
        ),
      )
    child.on('error', (error) => failed(`could not be started: ${error.message}`))
    child.on('close', (code, signal) =>
      code === 0 ? resolve(output) : failed(`ended with ${code ?? signal}`),
    )
  })
}

/**
 * Runs in the foreground; resolves with the exit code. The child stands outside the terminal's
 * process group: a Ctrl-C, which a shell, npm and the terminal may each deliver, reaches it once.
 * `onLine` sees every line that it prints.
 */
export function foreground(command, args, { env = {}, cwd, channel = false, onLine } = {}) {
  return new Promise((resolve, reject) => {
    const output = onLine ? 'pipe' : 'inherit'
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['inherit', output, output, ...(channel ? ['ipc'] : [])],
      detached: !windows,
    })
    if (onLine) {
      passOn(child.stdout, process.stdout, onLine)
      passOn(child.stderr, process.stderr, onLine)
    }
    const stopForwarding = forwardSignals(child)
    child.on('error', (error) =>
      reject(new StepFailed(`${command} could not be started: ${error.message}`, 'Try again.')),
    )
    child.on('close', (code, signal) => {
      stopForwarding()
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
}

function passOn(from, to, onLine) {
  from.pipe(to, { end: false })
  createInterface({ input: from }).on('line', onLine)
}

/** Hands a signal on, but not its echo within a second; a closed terminal asks for a clean end. */
function forwardSignals(child) {
  let last = 0
  const forward = (signal) => {
    if (Date.now() - last < 1000) return
    last = Date.now()
    child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  // npm hands a signal to the shell between it and this script, and the shell keeps it.
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event && process.ppid !== parent) forward('SIGTERM')
  }, 500)
  return () => {
    clearInterval(watch)
    for (const signal of signals) process.off(signal, forward)
  }
}

/** The path of a program on PATH, or undefined. */
export function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(windows ? ';' : ':')
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, windows ? `${name}.exe` : name)
      if (existsSync(path)) return path
    }
  }
  return undefined
}
