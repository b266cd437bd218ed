/** `npm run simulate -- --seeds N [--from S]`: more sessions than the tests have time for. */
import { parseArgs } from 'node:util'
import { simulate } from './simulate.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
  },
})
const [from, seeds] = [Number(values.from), Number(values.seeds)]
let failed = 0
for (let seed = from; seed < from + seeds; seed++) {
  try {
    simulate(seed)
  } catch (error) {
    failed++
    process.stdout.write(`${error instanceof Error ? error.message : error}\n`)
  }
  if (process.stderr.isTTY && seed % 100 === 0) process.stderr.write(`\r${seed - from} sessions`)
}
process.stdout.write(`${seeds} sessions from seed ${from}: ${failed} failed\n`)
process.exitCode = failed ? 1 : 0
