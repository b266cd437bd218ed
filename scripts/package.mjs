// npm run package: the desktop app for this system, into release/. With --dir only the folder that
// the packages are made of.
import { parseArgs } from 'node:util'
import { ensureBuilt } from './lib/compile.mjs'
import { electronFolder, ensureElectron } from './lib/electron.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { main, step, UsageError } from './lib/progress.mjs'
import { node24, packageScript, run } from './lib/run.mjs'

function parseCommandLine() {
  try {
    return parseArgs({ options: { dir: { type: 'boolean', default: false } } }).values
  } catch (error) {
    throw new UsageError(`npm run package: ${error.message.split('. To specify')[0]}; known: --dir`)
  }
}

await main(async () => {
  const { dir } = parseCommandLine()
  await ensureInstalled()
  await ensureBuilt()
  await ensureElectron({ retry: true })
  await step('Packaging', () =>
    run(
      node24(),
      [
        packageScript('electron-builder/cli.js'),
        `--config.electronDist=${electronFolder()}`,
        ...['--publish', 'never'],
        ...(dir ? ['--dir'] : []),
      ],
      { remedy: 'Read its output above; it fetches its own tools from github.com.' },
    ),
  )
  process.stdout.write('The packages are in release/.\n')
})
