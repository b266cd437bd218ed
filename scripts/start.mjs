// npm start: the desktop app; where Electron cannot run, the same interface in the browser.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hasDisplay, openBrowser } from './lib/browser.mjs'
import { ensureBuilt } from './lib/compile.mjs'
import { ensureElectron } from './lib/electron.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { main, StepFailed, UsageError } from './lib/progress.mjs'
import { foreground, node24, root } from './lib/run.mjs'

const usage = `npm start -- [options]
  --demo             stream the synthetic board at once
  --headless         open no window; print the address to open in a browser
  --port N           serve on this port of 127.0.0.1 (0: any free one)
  --retry-electron   try again to download Electron after a failure
  --no-sandbox       open the window without Chromium's sandbox (needed as root)
`

/** A window that ends with an error this soon was never there. */
const failedWindowSeconds = 10

function parseCommandLine() {
  try {
    const { values } = parseArgs({
      options: {
        demo: { type: 'boolean', default: false },
        headless: { type: 'boolean', default: false },
        port: { type: 'string' },
        'retry-electron': { type: 'boolean', default: false },
        'no-sandbox': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.port !== undefined && !isPort(values.port)) {
      throw new Error(`--port ${values.port}: a port is a number from 0 to 65535`)
    }
    return values
  } catch (error) {
    throw new UsageError(`npm start: ${error.message.split('. To specify')[0]}; see --help`)
  }
}

function isPort(text) {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535
}

/** What host and window take alike. */
function hostOptions({ demo, port }) {
  return [...(demo ? ['--demo'] : []), ...(port === undefined ? [] : ['--port', port])]
}

/** Resolves with the exit code of the window; throws StepFailed where there can be none. */
async function openWindow(options) {
  if (!hasDisplay()) throw new StepFailed('there is no display', '')
  const asRoot = process.platform === 'linux' && process.getuid() === 0
  if (asRoot && !options['no-sandbox']) {
    throw new StepFailed('Electron has no sandbox for root; --no-sandbox opens it without', '')
  }
  const electron = await ensureElectron({ retry: options['retry-electron'] }).catch((error) => {
    throw new StepFailed(`${error.message}; --retry-electron tries again`, '')
  })
  const sandbox = options['no-sandbox'] ? ['--no-sandbox'] : []
  const began = Date.now()
  const code = await foreground(electron, [...sandbox, root, ...hostOptions(options)])
  const wasQuick = Date.now() - began < failedWindowSeconds * 1000
  // 128 + a signal that asked it to end is no failure.
  if (code !== 0 && ![129, 130, 143].includes(code) && wasQuick) {
    throw new StepFailed(`Electron ended at once with ${code}`, '')
  }
  return code
}

function serve(options) {
  const host = join(root, 'dist', 'main', 'headless.js')
  if (!existsSync(host)) throw new StepFailed(`${host} is missing.`, 'Run: npm run build')
  let opened = options.headless
  const onLine = (line) => {
    const address = /http:\/\/127\.0\.0\.1:\d+\S*/.exec(line)?.[0]
    if (address && !opened) openBrowser(address)
    opened ||= address !== undefined
  }
  // The channel closes when this script is gone, even by kill -9; the host then ends by itself.
  return foreground(node24(), [host, ...hostOptions(options)], { channel: true, onLine })
}

await main(async () => {
  const options = parseCommandLine()
  if (options.help) return void process.stdout.write(usage)
  await ensureInstalled()
  await ensureBuilt()
  if (options.headless) return serve(options)
  try {
    return await openWindow(options)
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error
    process.stderr.write(`No window: ${error.message}. The same interface is served here:\n`)
    return serve(options)
  }
})
