/** A Muse recording in CSV, with its triggers as the last column, as an XDF file that graphs can run over. */
import { readFileSync } from 'node:fs'
import { createFileSink, XdfWriter } from '../../src/formats/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../src/signal/index.ts'

const rateHz = 256
const chunkFrames = 256

export async function museToXdf(csv: string, xdf: string): Promise<void> {
  const [head, ...rows] = readFileSync(csv, 'utf8').trim().split('\n')
  const [, ...labels] = head!.trim().split(',')
  const info: StreamInfo = {
    id: 'muse/eeg',
    name: 'Muse',
    type: 'EEG',
    sampleFormat: 'float32',
    nominalRateHz: rateHz,
    channels: labels.map((label) =>
      label === 'Marker'
        ? physicalChannel(label, 'TRIG', '1')
        : physicalChannel(label, 'EEG', 'uV'),
    ),
    origin: { source: 'muse' },
  }
  const writer = new XdfWriter(createFileSink(xdf), { startedAt: new Date(0) })
  writer.addStream(info, { deviceTime: false, sequence: false })
  const channels = labels.length
  const chunk = newChunkBuffer({ format: 'float32', channels, maxFrames: chunkFrames })
  for (let from = 0; from < rows.length; from += chunkFrames) {
    chunk.firstSample = from
    chunk.frames = Math.min(chunkFrames, rows.length - from)
    for (let f = 0; f < chunk.frames; f++) {
      const [, ...values] = rows[from + f]!.split(',').map(Number)
      chunk.data.set(values, f * channels)
      // The stamps of the file are rounded to milliseconds, and arrived in packets of twelve.
      chunk.time[f] = chunk.hostTime[f] = (from + f) / rateHz
    }
    writer.write(info.id, chunk)
  }
  await writer.close()
}
