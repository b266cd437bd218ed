/**
 * A recorder to be killed: the real one, over real rings that are filled with samples whose values
 * are known from their index. Says on stdout what is flushed, in lines of JSON, as soon as it is.
 * Arguments: the file, and after how many rounds it begins to close.
 */
import { writeSync } from 'node:fs'
import { newRing, RingWriter } from '../../src/ring/index.ts'
import { newChunkBuffer, physicalChannel, type StreamInfo } from '../../src/signal/index.ts'
import { Recorder } from '../../src/sinks/recorder/recorder.ts'
import { RingDrain } from '../../src/workers/ring-drain.ts'
import { killedChannels, killedRateHz, killedValue } from './killed-values.ts'

/** Of samples, between two looks at the rings; as in the record thread. */
const roundSeconds = 0.05
const framesPerRound = killedRateHz * roundSeconds

const [path = '', rounds = '0'] = process.argv.slice(2)
const info: StreamInfo = {
  id: 'eeg',
  name: 'eeg',
  type: 'EEG',
  sampleFormat: 'int32',
  nominalRateHz: killedRateHz,
  channels: Array.from({ length: killedChannels }, (_, i) => physicalChannel(`c${i}`, 'EEG', 'uV')),
  origin: { source: 'test' },
}
const shape = {
  format: 'int32',
  channels: killedChannels,
  capacityFrames: 1024,
  deviceTime: false,
  sequence: true,
} as const
const writer = new RingWriter(newRing(shape))
const recorder = new Recorder({ path, startedAt: new Date(), now: 100, split: { seconds: 2 } })
const rings = new RingDrain(recorder)
rings.add({ info, ring: writer.shared }, 'now')
const chunk = newChunkBuffer({
  format: 'int32',
  channels: killedChannels,
  maxFrames: framesPerRound,
  sequence: true,
})
const nap = new Int32Array(new SharedArrayBuffer(4))

function say(message: unknown): void {
  writeSync(1, `${JSON.stringify(message)}\n`)
}

function produce(): void {
  chunk.firstSample = writer.expected
  chunk.frames = framesPerRound
  for (let f = 0; f < framesPerRound; f++) {
    const sample = chunk.firstSample + f
    chunk.time[f] = chunk.hostTime[f] = 100 + sample / killedRateHz
    chunk.sequence![f] = sample
    for (let c = 0; c < killedChannels; c++) {
      chunk.data[f * killedChannels + c] = killedValue(sample, c)
    }
  }
  writer.write(chunk)
}

for (let round = 0; round < Number(rounds); round++) {
  const now = 100 + round * roundSeconds
  produce()
  rings.drain()
  recorder.tick(now)
  const { path: file, progress } = recorder.status(now)
  say({ file, flushedUpTo: progress[0]!.flushedUpTo })
  // So that it can be killed anywhere: it would be over at once.
  Atomics.wait(nap, 0, 0, 1)
}
say({ closing: true })
await recorder.close()
say({ closed: true })
