// What the tests need beside npm packages: programs of the system. On Debian they are installed
// when that needs no password; elsewhere what is missing is named.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { StepFailed, step } from './progress.mjs'
import { findProgram, run } from './run.mjs'

const isWindows = process.platform === 'win32'

/** Debian's package, what it is for, and how to tell that it is there. */
const needs = [
  {
    debian: 'chromium',
    what: 'Chromium or Chrome on the PATH, in which the interface is tested',
    isThere: () => Boolean(findProgram('chromium', 'chromium-browser', 'google-chrome')),
  },
  {
    debian: 'clang',
    what: 'clang, which compiles the example of a sandboxed node in C',
    isThere: () => Boolean(findProgram('clang')),
  },
  {
    debian: 'dbus',
    what: 'dbus-daemon, the bus on which emulated Bluetooth boards are found',
    isThere: () => process.platform !== 'linux' || Boolean(findProgram('dbus-daemon')),
  },
  {
    debian: 'lld',
    what: 'lld (wasm-ld), which links it',
    isThere: () => Boolean(findProgram('wasm-ld')),
  },
  {
    debian: 'python3-venv',
    what: 'Python 3.11 or newer with venv, for the independent readers',
    isThere: hasPython,
  },
]

export function python() {
  return findProgram(...(isWindows ? ['python', 'python3'] : ['python3']))
}

function hasPython() {
  const program = python()
  if (!program) return false
  const script = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'
  return spawnSync(program, ['-c', script], { stdio: 'ignore' }).status === 0
}

/** @throws StepFailed naming the one command to run, or what is missing */
export async function ensureSystemPrograms() {
  const missing = needs.filter(({ isThere }) => !isThere())
  if (!missing.length) return
  const packages = missing.map(({ debian }) => debian)
  if (!existsSync('/etc/debian_version') || !findProgram('apt-get')) {
    throw new StepFailed(
      `The tests need: ${missing.map(({ what }) => what).join('; ')}.`,
      'Install it from your system or its maker, then run the command again.',
    )
  }
  const remedy = `Run: sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`
  const privilege = privilegeOrNothing()
  if (!privilege) throw new StepFailed(`The tests need: ${packages.join(', ')}.`, remedy)
  await step(`Installing ${packages.join(', ')} from Debian`, () =>
    installPackages(privilege, packages, remedy),
  )
  const still = missing.filter(({ isThere }) => !isThere())
  if (!still.length) return
  throw new StepFailed(`Still missing: ${still.map(({ what }) => what).join('; ')}.`, remedy)
}

async function installPackages(privilege, packages, remedy) {
  const apt = (...args) => {
    const [command, ...rest] = [...privilege, 'apt-get', ...args]
    return run(command, rest, { remedy, env: { DEBIAN_FRONTEND: 'noninteractive' } })
  }
  await apt('update')
  await apt('install', '-y', '--no-install-recommends', ...packages)
}

/** How to become root without a question; undefined where there is no way. */
function privilegeOrNothing() {
  if (process.getuid() === 0) return []
  const sudo = findProgram('sudo')
  const works = sudo && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0
  return works ? [sudo, '-n'] : undefined
}
