/** A small recording of ours, to be damaged by tests, and the randomness to do it with. */
import { XdfWriter } from '../src/formats/index.ts'
import { newChunkBuffer, physicalChannel } from '../src/signal/index.ts'
import { MemorySink } from './memory-sink.ts'

/** Two streams of ours over 12 s, with gaps, markers, boundaries and clock offsets. */
export async function soundRecording(): Promise<Uint8Array> {
  const sink = new MemorySink()
  const writer = new XdfWriter(sink, { startedAt: new Date('2026-05-04T03:02:01Z') })
  const streams = [
    { id: 'eeg', format: 'int32', rateHz: 100, channels: 8, frames: 10 },
    { id: 'acc', format: 'float32', rateHz: 20, channels: 3, frames: 2 },
  ] as const
  for (const { id, format, rateHz, channels } of streams) {
    const labels = Array.from({ length: channels }, (_, i) => physicalChannel(`c${i}`, 'EEG', 'uV'))
    const info = { id, name: id, type: 'EEG', sampleFormat: format, nominalRateHz: rateHz }
    writer.addStream(
      { ...info, channels: labels, origin: { source: 'test' } },
      { deviceTime: id === 'eeg', sequence: true },
    )
  }
  const next = { eeg: 0, acc: 0 }
  for (let tenth = 0; tenth < 120; tenth++) {
    const now = 100 + tenth / 10
    writer.tick(now)
    for (const { id, format, rateHz, channels, frames } of streams) {
      if (tenth % 100 === 77) {
        writer.gap(id, { atSample: next[id], lostSamples: frames, exact: true, reason: 'lost' })
        next[id] += frames
        continue
      }
      const chunk = newChunkBuffer({ format, channels, maxFrames: frames, sequence: true })
      chunk.firstSample = next[id]
      chunk.frames = frames
      for (let i = 0; i < frames; i++) {
        const sample = next[id] + i
        chunk.time[i] = 100 + sample / rateHz
        chunk.hostTime[i] = chunk.time[i]! + 0.01
        for (let c = 0; c < channels; c++) chunk.data[i * channels + c] = sample * 10 + c
      }
      writer.write(id, chunk)
      next[id] += frames
    }
    if (tenth % 50 === 20) {
      writer.marker({ time: now, label: `m${tenth}`, durationSeconds: 0, source: 'test' })
    }
  }
  await writer.close()
  return sink.bytes
}

/** Reproducible pseudo-random numbers (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
