// The npm packages, installed once for each package-lock.json and platform.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { main, StepFailed, step } from './progress.mjs'
import { root, run } from './run.mjs'
import { isStamped, stamp } from './stamp.mjs'

export async function ensureInstalled() {
  checkNode()
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const wanted = `${process.platform}-${process.arch}\n${lock}`
  const stampFile = join(root, 'node_modules', '.installed')
  if (isStamped(stampFile, wanted)) return
  await step('Installing the npm packages (about a minute, once)', () =>
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      remedy: 'Check the network and the free disk space, then run the same command again.',
      env: { ONNXRUNTIME_NODE_INSTALL: 'skip' },
    }),
  )
  stamp(stampFile, wanted)
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= 20) return
  throw new StepFailed(
    `Node ${process.versions.node} is too old.`,
    'Install Node 20 or newer from your system or from nodejs.org, then run the command again.',
  )
}

if (import.meta.filename === process.argv[1]) await main(ensureInstalled)
