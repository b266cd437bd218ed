/** `synapse replay`: a recording through the same threads and the same interface as a device. */
import { openHost, serve } from '../../main/index.ts'
import { sleep, sumLedgers } from '../../signal/index.ts'
import {
  type Command,
  numberOption,
  onePositional,
  portNumber,
  printJson,
  readArguments,
} from '../command.ts'
import { endRequested } from '../ending.ts'

const watchSeconds = 0.05
/** A year: no recording is longer. */
const longestSeconds = 366 * 86_400

export const replay: Command = {
  name: 'replay',
  usage: 'FILE [--speed N] [--from SECONDS] [--loop] [--port N]',
  help: 'Plays a recording, with all its parts, as a device: processed and shown as if it were live, to its end.',
  options: [
    ['--speed N', 'times real time, 0.1 to 100'],
    ['--from SECONDS', 'where to begin, from the beginning of the recording'],
    ['--loop', 'begins again at the end, until it is interrupted'],
    ['--port N', 'where the interface is served on 127.0.0.1; any free port by default'],
  ],
  async run(args) {
    const { values, positionals } = readArguments('replay', args, {
      json: { type: 'boolean', default: false },
      speed: { type: 'string' },
      from: { type: 'string' },
      loop: { type: 'boolean', default: false },
      port: { type: 'string' },
    })
    const path = onePositional('replay', 'the file', positionals)
    const speed = numberOption('replay', 'speed', values.speed, [0.1, 100]) ?? 1
    const fromSeconds = numberOption('replay', 'from', values.from, [0, longestSeconds]) ?? 0
    const port = portNumber('replay', values.port) ?? 0
    let interrupted = false
    void endRequested().then(() => {
      interrupted = true
    })
    const host = openHost()
    try {
      const id = await host.prepare('replay', path, {
        speed,
        fromSeconds,
        loop: values.loop,
      })
      const serving = await serve(host, port)
      process.stderr.write(`Playing ${path}, to be seen at ${serving.url}\n`)
      await host.start(id)
      while (!interrupted && host.links[0]?.state !== 'ended') {
        await sleep(host.clock, watchSeconds)
      }
      const streams = host.ledgers()
      await serving.end()
      const ledger = sumLedgers(streams.map((stream) => stream.ledger))
      const { expected, received, lost } = ledger
      if (values.json) printJson({ path, streams, ledger })
      else process.stdout.write(`${expected} expected = ${received} received + ${lost} lost\n`)
      return 0
    } finally {
      await host.end()
    }
  },
}
