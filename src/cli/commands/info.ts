/** `synapse info`: what a recording holds, for people and for programs. */
import {
  isHarmless,
  partNumber,
  partsOf,
  type RecordingSummary,
  summarise,
} from '../../formats/index.ts'
import { type Command, onePositional, printJson, readArguments } from '../command.ts'
import { partlyRecovered } from '../export-report.ts'
import { openInput, partsOption } from '../input.ts'

export const info: Command = {
  name: 'info',
  usage: 'FILE [--parts]',
  help: 'Says what a recording holds: streams, channels, rates, gaps, markers, ledger, problems.',
  options: [partsOption],
  async run(args) {
    const { values, positionals } = readArguments('info', args, {
      json: { type: 'boolean', default: false },
      parts: { type: 'boolean', default: false },
    })
    const path = onePositional('info', 'the file', positionals)
    const recording = await openInput(path, values.parts)
    const summary = summarise(recording)
    await recording.close()
    if (values.json) printJson(summary)
    else process.stdout.write(asText(path, summary) + othersOf(path, values.parts))
    return summary.problems.every(isHarmless) ? 0 : partlyRecovered
  },
}

function asText(path: string, { format, streams, markers, ledger, problems }: RecordingSummary) {
  const lines = [`${path}  ${format}`, '']
  for (const stream of streams) {
    const rate = stream.nominalRateHz ? `${stream.nominalRateHz} Hz` : 'irregular'
    const effective = stream.effectiveRateHz
      ? `, really ${stream.effectiveRateHz.toFixed(3)} Hz`
      : ''
    const labels = stream.channels.map(({ label, unit }) => `${label} ${unit}`)
    lines.push(
      `${stream.name}  ${stream.type}, ${stream.channels.length} channels, ${rate}${effective}`,
      `  ${shortened(labels)}`,
      `  ${stream.samples} samples from ${seconds(stream.firstTime)} to ${seconds(stream.lastTime)}`,
      ...stream.gaps
        .slice(0, 20)
        .map((gap) => `  gap of ${gap.lostSamples} at ${gap.atSample} (${seconds(gap.startTime)})`),
    )
    if (stream.gaps.length > 20) lines.push(`  … and ${stream.gaps.length - 20} more gaps`)
  }
  const labels = markers.map(({ time, label }) => `${label} ${seconds(time)}`)
  lines.push('', `${markers.length} markers${markers.length ? `: ${shortened(labels)}` : ''}`)
  lines.push(`${ledger.expected} expected = ${ledger.received} received + ${ledger.lost} lost`)
  for (const { code, message } of problems) lines.push(`▲ ${message} [${code}]`)
  return `${lines.join('\n')}\n`
}

function shortened(words: readonly string[]): string {
  const shown = words.slice(0, 12).join(', ')
  return words.length > 12 ? `${shown} … (${words.length})` : shown
}

function seconds(time: number | null): string {
  return time === null ? 'never' : `${time.toFixed(3)} s`
}

function othersOf(path: string, allParts: boolean): string {
  const { length } = partsOf(path)
  if (length < 2) return ''
  if (allParts) return `${length} files as one\n`
  return `part ${partNumber(path)} of ${length}; --parts reads them as one\n`
}
