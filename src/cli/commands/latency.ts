/** `synapse latency`: how long from an output to a sample, by pulses through a loop-back. */
import {
  type AcquisitionHost,
  channelNamed,
  hostClock,
  type LoopBackResult,
  measureLoopBack,
  openHost,
  openPulseOutput,
} from '../../main/index.ts'
import { badOption, type Command, numberOption, printJson, readArguments } from '../command.ts'
import { readDevice } from '../device-address.ts'

const usual = { count: 100, interval: 0.5, width: 0.1, threshold: 0.5 }

export const latency: Command = {
  name: 'latency',
  usage: '--device DEVICE --channel LABEL --out udp:PORT|serial:PORT|lsl [--count N]',
  help:
    'Sends pulses by an output that is wired to an input of the device, finds them again on its raw\n' +
    'samples, and says how long that took: until the sample arrived, and by the time it is given in\n' +
    'a recording. The wiring between is measured with it.',
  options: [
    ['--device DEVICE', 'as for "record"; openbci-cyton:/dev/ttyUSB0?pins=digital'],
    ['--port PATH', 'the serial port, where the device does not name it'],
    ['--channel LABEL', 'where the pulses come back: D17'],
    [
      '--out WHERE',
      'udp:[ADDRESS:]PORT as JSON, serial:PORT as bytes 1 and 0, lsl[:NAME] as markers',
    ],
    ['--count N', `how many (default ${usual.count})`],
    [
      '--interval S',
      `seconds between two, longer than any latency; up to a fifth more (default ${usual.interval})`,
    ],
    ['--width S', `seconds that each lasts (default ${usual.width})`],
    ['--threshold X', `in the unit of the channel (default ${usual.threshold})`],
    ['--hysteresis X', 'so far below it the channel must have been (default half of it)'],
  ],
  async run(args) {
    const { values, positionals } = readArguments('latency', args, {
      json: { type: 'boolean', default: false },
      device: { type: 'string' },
      port: { type: 'string' },
      channel: { type: 'string' },
      out: { type: 'string' },
      count: { type: 'string' },
      interval: { type: 'string' },
      width: { type: 'string' },
      threshold: { type: 'string' },
      hysteresis: { type: 'string' },
    })
    if (positionals[0]) throw badOption('latency', `"${positionals[0]}" is not understood`)
    const named = values.device ?? values.port
    const { channel, out } = values
    if (!named) throw badOption('latency', '--device is missing')
    if (!channel) throw badOption('latency', '--channel is missing')
    if (!out) throw badOption('latency', '--out is missing')
    const number = (name: keyof typeof usual | 'hysteresis', range: readonly [number, number]) =>
      numberOption('latency', name, values[name], range)
    const threshold = number('threshold', [-1e9, 1e9]) ?? usual.threshold
    const intervalSeconds = number('interval', [0.02, 60]) ?? usual.interval
    const widthSeconds = number('width', [0.001, 30]) ?? Math.min(usual.width, intervalSeconds / 2)
    if (widthSeconds >= intervalSeconds) throw badOption('latency', '--width is too long')
    const settings = {
      pulses: Math.round(number('count', [1, 100_000]) ?? usual.count),
      intervalSeconds,
      widthSeconds,
      threshold,
      hysteresis: number('hysteresis', [0, 1e9]) ?? Math.abs(threshold) / 2,
    }
    const choice = readDevice(named, values.port)
    const host = openHost()
    try {
      const id = await host.open(choice.driver, choice.address, choice.options)
      const streams = host.links.find((link) => link.id === id)!.streams
      const at = channelNamed(streams, channel)
      const output = await openPulseOutput(out, host.transports, hostClock)
      try {
        const result = await measureLoopBack(hostClock, at.stream, at.channel, output, settings)
        if (values.json) printJson({ channel, out, ...settings, ...result, notices: said(host) })
        else process.stdout.write(asText(result))
        return result.missed > 0 || result.lostSamples > 0 ? 3 : 0
      } finally {
        await output.close()
      }
    } finally {
      await host.end()
    }
  },
}

function said(host: AcquisitionHost): string[] {
  return host.notices.list.map(({ note }) => note.message)
}

function asText(result: LoopBackResult): string {
  const { sent, found, missed, unexpected, resolutionMs, lostSamples } = result
  const head = ['', 'min', 'median', '95 %', 'max', 'SD'].map((word) => word.padStart(9)).join('')
  const rows = (['arrival', 'stamp'] as const).map((name) => {
    const summary = result[name]
    if (!summary) return `${name.padStart(9)}  no pulse came back`
    const { minMs, medianMs, p95Ms, maxMs, sdMs } = summary
    const cells = [minMs, medianMs, p95Ms, maxMs, sdMs].map((ms) => ms.toFixed(2).padStart(9))
    return name.padStart(9) + cells.join('')
  })
  const finest = resolutionMs === null ? '' : `, one sample is ${resolutionMs.toFixed(2)} ms`
  const last = `${sent} pulses: ${found} found, ${missed} missed, ${unexpected} unexpected edges, ${lostSamples} samples lost; ms${finest}`
  return `${[head, ...rows, last].join('\n')}\n`
}
