/** `synapse verify`: reads a recording to its last sample and says whether it is sound. */
import {
  type ChecksumReport,
  checkSumsOfAll,
  partsOf,
  type Verification,
  verifyRecording,
} from '../../formats/index.ts'
import { type Command, onePositional, printJson, readArguments } from '../command.ts'
import { partlyRecovered } from '../export-report.ts'
import { openInput, partsOption } from '../input.ts'

export const verify: Command = {
  name: 'verify',
  usage: 'FILE [--parts]',
  help:
    'Reads a whole recording and says whether it is sound: checksums, problems, account of the\n' +
    'samples, effective rates, gaps. Exit code 0: sound; 3: damaged, but partly readable; 2: unreadable.',
  options: [partsOption],
  async run(args) {
    const { values, positionals } = readArguments('verify', args, {
      json: { type: 'boolean', default: false },
      parts: { type: 'boolean', default: false },
    })
    const path = onePositional('verify', 'the file', positionals)
    const recording = await openInput(path, values.parts)
    try {
      const checksums = await checkSumsOfAll(values.parts ? partsOf(path) : [path])
      const found = await verifyRecording(recording, checksums)
      if (values.json) printJson(found)
      else process.stdout.write(asText(path, found))
      return found.sound ? 0 : partlyRecovered
    } finally {
      await recording.close()
    }
  },
}

function asText(path: string, found: Verification): string {
  const { format, streams, markers, ledger, problems, sound, framesRead, checksums } = found
  const lines = [`${path}  ${format}`, '']
  for (const { name, samples, nominalRateHz, effectiveRateHz, gaps } of streams) {
    const rate = nominalRateHz
      ? `${nominalRateHz} Hz, really ${effectiveRateHz.toFixed(4)} Hz`
      : 'irregular'
    const lost = gaps.reduce((sum, gap) => sum + gap.lostSamples, 0)
    const missing = gaps.length ? `, ${gaps.length} gaps of ${lost} samples` : ', no gap'
    lines.push(`${name}  ${samples} samples, ${rate}${missing}`)
  }
  lines.push(
    `${markers.length} markers, ${framesRead} frames read`,
    `${ledger.expected} expected = ${ledger.received} received + ${ledger.lost} lost`,
    checksumLine(checksums),
    ...problems.map(({ code, message }) => `▲ ${message} [${code}]`),
    sound ? 'sound' : 'damaged: "synapse repair" writes what can be read into a new file',
  )
  return `${lines.join('\n')}\n`
}

function checksumLine(checksums: ChecksumReport | null): string {
  if (!checksums) return 'no checksums beside it: changed values would not be noticed'
  const { checkedBytes, uncheckedBytes, sha256 } = checksums
  const rest = uncheckedBytes > 0 ? `, ${uncheckedBytes} without a checksum` : ''
  return `${checkedBytes} bytes as they were written${rest}${sha256 ? `, SHA-256 ${sha256}` : ''}`
}
