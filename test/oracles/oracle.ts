/**
 * Runs a Python script of this folder, which reads files with somebody else's reader and says
 * what it found. A missing oracle is a failure and not a skip: what it would have proved is open.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const folder = process.platform === 'win32' ? 'Scripts' : 'bin'
const python = join(root, '.cache', 'oracles', folder, 'python')

export function oraclePython(): string {
  if (existsSync(python)) return python
  throw new Error(
    'the oracles are not installed: run "python3 -m venv .cache/oracles" and ' +
      '".cache/oracles/bin/pip install -r test/oracles/requirements.txt" in the project folder',
  )
}

export function oracleScript(name: string): string {
  return join(root, 'test', 'oracles', name)
}

export async function askOracle<Answer>(script: string, request: unknown): Promise<Answer> {
  const program = oraclePython()
  const path = oracleScript(script)
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 1 << 30, encoding: 'utf8' } as const
    const child = execFile(program, ['-W', 'ignore', path], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${script} failed: ${stderr.slice(-2000)}`, { cause: error }))
      else resolve(JSON.parse(stdout) as Answer)
    })
    child.stdin!.end(JSON.stringify(request))
  })
}
