// The independent readers that the tests compare ours with: Python packages in a folder of their
// own, installed once for each list of them.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { step } from './progress.mjs'
import { cache, root, run } from './run.mjs'
import { isStamped, stamp } from './stamp.mjs'
import { python } from './system-programs.mjs'

const folder = join(cache, 'oracles')
const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin')
const requirements = join(root, 'test', 'oracles', 'requirements.txt')

export async function ensureOracles() {
  const wanted = readFileSync(requirements, 'utf8')
  const stampFile = join(folder, '.installed')
  const program = join(bin, process.platform === 'win32' ? 'python.exe' : 'python')
  if (existsSync(program) && isStamped(stampFile, wanted)) return
  await step('Installing the independent readers (about a minute, once)', async () => {
    if (!existsSync(program)) await run(python(), ['-m', 'venv', '--clear', folder])
    const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet']
    await run(program, [...install, '--requirement', requirements], {
      remedy: 'Check the network and the free disk space, then run the same command again.',
    })
  })
  stamp(stampFile, wanted)
}
