#!/usr/bin/env node
// The command `synapse`. In a clone it first installs and builds what is missing; then it runs the
// command line in this very process where its Node is new enough, otherwise on the Node 24 that
// the project brings along.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const entry = join(root, 'dist', 'cli', 'index.js')
const isClone = ['src', 'scripts'].every((folder) => existsSync(join(root, folder)))
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24

/**
 * Left alone, the memory for young objects grows to 100 MB while a long recording passes through,
 * though little of it is in use at any time.
 */
const memoryOptions = ['--max-semi-space-size=8']

/** Returns false after a failed step, which has said what to do. */
async function ensureReady() {
  const { ensureInstalled } = await import('../scripts/lib/install.mjs')
  const { ensureBuilt } = await import('../scripts/lib/compile.mjs')
  const { main } = await import('../scripts/lib/progress.mjs')
  let isReady = false
  await main(async () => {
    await ensureInstalled()
    await ensureBuilt()
    isReady = true
  })
  return isReady
}

function bundledNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'bin/node'
  const path = join(root, 'node_modules', 'node', ...name.split('/'))
  return existsSync(path) ? path : undefined
}

/**
 * Runs the command line in a child. Its channel closes when this process dies, even by kill -9,
 * and the command line then ends by itself. On a terminal a Ctrl-C reaches the child directly;
 * elsewhere the child stands in a process group of its own, so that no signal comes twice.
 */
function runOn(node) {
  const onTerminal = Boolean(process.stdin.isTTY)
  const child = spawn(node, [...memoryOptions, entry, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: !onTerminal && process.platform !== 'win32',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (!(onTerminal && signal === 'SIGINT')) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    process.stderr.write(`✗ ${node} could not be started: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('close', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}

if (!isClone || (await ensureReady())) {
  const node = isNewEnough ? undefined : bundledNode()
  if (node) runOn(node)
  else if (existsSync(entry)) await import(pathToFileURL(entry).href)
  else {
    process.stderr.write(`✗ ${entry} is missing; install the package again\n`)
    process.exitCode = 1
  }
}
