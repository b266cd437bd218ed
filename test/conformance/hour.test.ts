/**
 * An hour of stream through graphs as they run live, between rings, with snapshots, as fast as it goes:
 * what is held after it is what was held after its first minutes.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type GraphSpec, readGraphText } from '../../src/graph/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../src/signal/index.ts'
import { heldBytes } from './held-bytes.ts'
import { LiveLanes } from './live-lanes.ts'

const folder = join(import.meta.dirname, '..', '..', 'examples', 'graphs')
const [rateHz, chunkFrames] = [125, 250]
const labels = ['Fp1', 'Fp2', 'C3', 'C4', 'P7', 'P8', 'O1', 'O2']
const eeg: StreamInfo = {
  id: 'test/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: rateHz,
  channels: labels.map((label) => physicalChannel(label, 'EEG', 'uV')),
  origin: { source: 'test' },
}
/** An hour of samples is fourteen times as much. */
const mostGrowthBytes = 1024 * 1024

function threaded(spec: GraphSpec): GraphSpec {
  return { ...spec, threads: { rule: 'balanced', most: 2 } }
}

test.each([
  ['monitoring', (spec: GraphSpec) => spec],
  ['alpha-neurofeedback', threaded],
])('R4, T7, S3 %s: memory is flat for an hour', (name, changed) => {
  const text = readFileSync(join(folder, `${name}.jsonc`), 'utf8')
  const spec = changed(readGraphText(text, name))
  const lanes = new LiveLanes(spec, { [Object.keys(spec.sources)[0]!]: eeg })
  const [source] = [...lanes.sources.keys()]
  const chunk = newChunkBuffer({
    format: 'float32',
    channels: labels.length,
    maxFrames: chunkFrames,
  })
  let count = 0
  const run = (untilSecond: number) => {
    for (; (count * chunkFrames) / rateHz < untilSecond; count++) {
      chunk.firstSample = count * chunkFrames
      chunk.frames = chunkFrames
      for (let f = 0; f < chunkFrames; f++) {
        const sample = chunk.firstSample + f
        chunk.time[f] = sample / rateHz
        for (let c = 0; c < labels.length; c++) {
          chunk.data[f * labels.length + c] =
            30 * Math.sin(sample * 0.05 * (c + 1)) + ((sample * 31) % 17)
        }
      }
      lanes.write(source!, chunk, 0, chunkFrames)
      lanes.time = 1000 + (count * chunkFrames) / rateHz
      lanes.run()
      lanes.answers.clear()
    }
  }
  run(300)
  const early = heldBytes()
  run(3600)
  expect(heldBytes() - early).toBeLessThan(mostGrowthBytes)
  lanes.close()
})
