/** `npm run simulate -- --seeds N [--from S] | --seed S`: more sessions than the tests have time for. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { simulate } from './simulate.ts'
import { simulateLanes } from './simulate-lanes.ts'
import { simulateTrouble } from './trouble.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
  },
})
const from = Number(values.seed ?? values.from)
const seeds = values.seed === undefined ? Number(values.seeds) : 1
let failed = 0
const folder = mkdtempSync(join(tmpdir(), 'synapse-simulation-'))
const inLanes = (seed: number) => simulateLanes(seed, folder)
for (let seed = from; seed < from + seeds; seed++) {
  for (const session of [simulate, simulateTrouble, inLanes]) {
    try {
      session(seed)
    } catch (error) {
      failed++
      process.stdout.write(`${error instanceof Error ? error.stack : error}\n`)
      process.stdout.write(`again: npm run simulate -- --seed ${seed}\n`)
    }
  }
  if (process.stderr.isTTY && seed % 100 === 0) process.stderr.write(`\r${seed - from} seeds`)
}
rmSync(folder, { recursive: true, force: true })
process.stdout.write(`${seeds} seeds from ${from}, three sessions each: ${failed} failed\n`)
process.exitCode = failed ? 1 : 0
