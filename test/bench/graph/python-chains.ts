/**
 * Bytewax and ezmsg from PyPI, each in a process of its own, installed once into `.cache/bench`. A
 * peer that cannot be had is left out, with the reason on stderr.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Chain, Outcome } from './chain.ts'

const run = promisify(execFile)
const here = import.meta.dirname
const packages = ['bytewax==0.21.1', 'ezmsg==3.9.0', 'numpy==2.4.6']
const environment = join(here, '..', '..', '..', '.cache', 'bench', 'graph-bytewax-ezmsg-numpy')
const python = join(environment, 'bin', 'python')
const longestAnswerBytes = 64 * 1024 * 1024

export async function pythonChains(perMessage: number): Promise<Chain[]> {
  try {
    if (!existsSync(python)) await run('python3', ['-m', 'venv', environment])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
    await run(python, [...pip, ...packages])
  } catch (cause) {
    process.stderr.write(`bench: leaving out Bytewax and ezmsg: ${(cause as Error).message}\n`)
    return []
  }
  return [
    chain('Bytewax', 'bytewax_peer.py', perMessage),
    chain('ezmsg', 'ezmsg_peer.py', perMessage),
  ]
}

function chain(name: string, script: string, perMessage: number): Chain {
  return {
    name,
    async run({ count }, perSecond): Promise<Outcome> {
      const numbers = [count, perSecond ?? 0, perMessage].map(String)
      const { stdout } = await run(python, ['-W', 'ignore', join(here, script), ...numbers], {
        maxBuffer: longestAnswerBytes,
        env: { ...process.env, EZMSG_LOGLEVEL: 'ERROR', OPENBLAS_NUM_THREADS: '1' },
      })
      return JSON.parse(stdout)
    },
  }
}
