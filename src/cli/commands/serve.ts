/** `synapse serve`: the headless host, with devices opened at once. */
import { openHost, serve as serveHost } from '../../main/index.ts'
import { type Command, portNumber, printJson, readArguments } from '../command.ts'
import { readDevice } from '../device-address.ts'
import { endRequested } from '../ending.ts'
import { networkArguments, networkLines, openNetwork } from '../network-options.ts'

const usualPort = 8470

export const serve: Command = {
  name: 'serve',
  usage: '[--port N] [--device DEVICE …]',
  help: 'Serves the interface to browsers on this machine, until it is interrupted.',
  options: [
    ['--port N', `port on 127.0.0.1, 0 for any free one (default ${usualPort})`],
    ['--device DEVICE', 'opens it at once; as for "record"'],
    ['--folder PATH', 'where recordings go'],
    ...networkLines,
  ],
  async run(args) {
    const { values } = readArguments('serve', args, {
      json: { type: 'boolean', default: false },
      port: { type: 'string' },
      folder: { type: 'string' },
      device: { type: 'string', multiple: true, default: [] },
      ...networkArguments,
    })
    const port = portNumber('serve', values.port) ?? usualPort
    const choices = values.device.map((text) => readDevice(text, undefined))
    const ended = endRequested()
    const host = openHost(values.folder === undefined ? {} : { folder: values.folder })
    const serving = await serveHost(host, port)
    try {
      if (values.json) printJson({ url: serving.url, port: serving.port })
      else process.stdout.write(`SynapseStream is at ${serving.url}\n`)
      await openNetwork(host, values)
      for (const { driver, address, options } of choices) await host.open(driver, address, options)
      await ended
    } finally {
      await serving.end()
      await host.end()
    }
    return 0
  },
}
