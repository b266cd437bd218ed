// npm run build: everything that runs, into dist/.
import { ensureBuilt } from './lib/compile.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { main } from './lib/progress.mjs'

await main(async () => {
  await ensureInstalled()
  await ensureBuilt()
})
