// npm run bench -- [suite] [--json]: measures beside the peers; says numbers, decides nothing.
import { ensureBuilt } from './lib/compile.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { main } from './lib/progress.mjs'
import { foreground, node24 } from './lib/run.mjs'

await main(async () => {
  await ensureInstalled()
  await ensureBuilt()
  return foreground(node24(), ['test/bench/bench.ts', ...process.argv.slice(2)])
})
