/** `synapse stream`: devices to other programs, without a file. */
import { type AcquisitionHost, openHost } from '../../main/index.ts'
import { sleep } from '../../signal/index.ts'
import { badOption, type Command, numberOption, printJson, readArguments } from '../command.ts'
import { readDevice } from '../device-address.ts'
import { endRequested } from '../ending.ts'
import { networkArguments, networkLines, openNetwork, sendsAnywhere } from '../network-options.ts'

const longestSeconds = 30 * 24 * 3600
const watchSeconds = 0.05

export const stream: Command = {
  name: 'stream',
  usage: '--device DEVICE [--device DEVICE2] --lsl [--everything] [--seconds N]',
  help:
    'Sends every stream of the devices by LSL, OSC, UDP or WebSocket, described in full, until the\n' +
    'time is over, the sources have ended, or Ctrl-C.',
  options: [
    ['--device DEVICE', 'synthetic?channels=64&rateHz=1000, openbci-cyton:/dev/ttyUSB0, a file …'],
    ['--port PATH', 'the serial port, where the device does not name it'],
    ['--lsl', 'by LSL: LabRecorder and every viewer find it'],
    [
      '--everything',
      'what the graphs make of the signal, too: filtered, quality, bands, decisions',
    ],
    ...networkLines,
    ['--seconds N', 'how long; without it, until interrupted'],
  ],
  async run(args) {
    const { values, positionals } = readArguments('stream', args, {
      json: { type: 'boolean', default: false },
      device: { type: 'string', multiple: true, default: [] },
      port: { type: 'string' },
      lsl: { type: 'boolean', default: false },
      everything: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      ...networkArguments,
    })
    if (positionals[0]) throw badOption('stream', `"${positionals[0]}" is not understood`)
    if (values.device.length === 0 && !values.port) throw badOption('stream', '--device is missing')
    if (!values.lsl && !sendsAnywhere(values)) throw badOption('stream', 'where to? --lsl, say')
    const seconds = numberOption('stream', 'seconds', values.seconds, [0, longestSeconds])
    const named = values.device.length ? values.device : [values.port!]
    const choices = named.map((text) => readDevice(text, values.port))
    const ended = endRequested()
    const host = openHost()
    try {
      await openNetwork(host, values)
      const what = values.everything ? 'everything' : 'devices'
      if (values.lsl) host.lslOutput.set(what)
      host.networkOutput.set(what)
      for (const { driver, address, options } of choices) await host.open(driver, address, options)
      await untilOver(host, seconds, ended)
      print(host, values.json)
      return host.notices.list.some(({ level }) => level === 'fault') ? 3 : 0
    } finally {
      await host.end()
    }
  },
}

async function untilOver(
  host: AcquisitionHost,
  seconds = Number.POSITIVE_INFINITY,
  ended: Promise<void>,
): Promise<void> {
  let interrupted = false
  void ended.then(() => {
    interrupted = true
  })
  const end = host.clock.now() + seconds
  let told = 0
  const over = () =>
    interrupted || host.clock.now() >= end || host.links.every(({ state }) => state === 'ended')
  while (!over()) {
    await sleep(host.clock, watchSeconds)
    for (const { number, note } of host.notices.list.filter((notice) => notice.number > told)) {
      process.stderr.write(`synapse: ${note.message} [${note.code}]. ${note.remedy}\n`)
      told = number
    }
  }
}

function print(host: AcquisitionHost, asJson: boolean): void {
  const { open, dropped } = host.lslOutput
  if (asJson) {
    const { status: network, missed } = host.networkOutput
    printJson({ streams: host.ledgers(), lslStreams: open, dropped, network, missed })
    return
  }
  const lines = host
    .ledgers()
    .map(({ name, ledger }) => `${name}: ${ledger.received} samples, ${ledger.lost} lost`)
  const sent = `${open} LSL streams, ${dropped} samples dropped on the way`
  const messages = host.networkOutput.status.map(
    (each) => `${each.key}: ${each.sent} messages, ${each.dropped} dropped on the way`,
  )
  process.stdout.write(`${[...lines, sent, ...messages].join('\n')}\n`)
}
