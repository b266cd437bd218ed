// npm run simulate -- --seeds N [--from S] | --seed S: made-up sessions through the graph engine; a
// failing one is named by its seed and fails again from it.
import { ensureKernels } from './lib/compile.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { main } from './lib/progress.mjs'
import { foreground, node24 } from './lib/run.mjs'

await main(async () => {
  await ensureInstalled()
  await ensureKernels()
  return foreground(node24(), ['test/simulation/run.ts', ...process.argv.slice(2)])
})
