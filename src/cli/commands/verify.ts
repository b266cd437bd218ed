/** `synapse verify`: reads a recording to its last sample and says whether it is sound. */
import { openRecordingFile, type Verification, verifyRecording } from '../../formats/index.ts'
import { type Command, onePositional, printJson, readArguments } from '../command.ts'
import { partlyRecovered } from '../export-report.ts'

export const verify: Command = {
  name: 'verify',
  usage: 'FILE',
  help:
    'Reads a whole recording and says whether it is sound: problems, account of the samples,\n' +
    'effective rates, gaps. Exit code 0: sound; 3: damaged, but partly readable; 2: unreadable.',
  options: [],
  async run(args) {
    const { values, positionals } = readArguments('verify', args, {
      json: { type: 'boolean', default: false },
    })
    const path = onePositional('verify', 'the file', positionals)
    const recording = await openRecordingFile(path)
    try {
      const found = await verifyRecording(recording)
      if (values.json) printJson(found)
      else process.stdout.write(asText(path, found))
      return found.sound ? 0 : partlyRecovered
    } finally {
      await recording.close()
    }
  },
}

function asText(path: string, found: Verification): string {
  const { format, streams, markers, ledger, problems, sound, framesRead } = found
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
    ...problems.map(({ code, message }) => `▲ ${message} [${code}]`),
    sound ? 'sound' : 'damaged: "synapse repair" writes what can be read into a new file',
  )
  return `${lines.join('\n')}\n`
}
