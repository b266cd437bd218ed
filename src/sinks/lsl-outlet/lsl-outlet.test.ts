import { expect, test } from 'vitest'
import type { Outlet, OutletShape } from '../../lsl/index.ts'
import { type Channel, newChunkBuffer, type StreamInfo } from '../../signal/index.ts'
import { LslOutlet } from './lsl-outlet.ts'

interface Pushed {
  readonly shape: OutletShape
  readonly rows: number[][]
  readonly times: number[]
  readonly texts: [string, number][]
  closed: boolean
}

function recorded() {
  const outlets: Pushed[] = []
  const open = (shape: OutletShape) => {
    const pushed: Pushed = { shape, rows: [], times: [], texts: [], closed: false }
    outlets.push(pushed)
    const outlet = {
      uid: `uid-${outlets.length}`,
      hasReceivers: true,
      push(values: ArrayLike<number>, times: Float64Array, frames: number) {
        for (let f = 0; f < frames; f++) {
          const from = f * shape.channels
          pushed.rows.push(Array.from(values).slice(from, from + shape.channels))
          pushed.times.push(times[f]!)
          times[f] = 0
        }
      },
      pushText: (text: string, time: number) => pushed.texts.push([text, time]),
      close: () => {
        pushed.closed = true
      },
    }
    return outlet as unknown as Outlet
  }
  return { outlets, sink: new LslOutlet(open, "lab's") }
}

function streamOf(scale: number, sampleFormat: StreamInfo['sampleFormat']): StreamInfo {
  const channel = (label: string): Channel => ({ label, type: 'EEG', unit: 'uV', scale, offset: 0 })
  return {
    id: 'board/eeg',
    name: 'Board',
    type: 'EEG',
    sampleFormat,
    nominalRateHz: 250,
    channels: [channel('C3'), channel('C4')],
    origin: { source: 'board', manufacturer: 'Acme', serialNumber: '7' },
  }
}

/** 1300 frames of a padded chunk. */
function longChunk(format: 'int32' | 'int16') {
  const chunk = newChunkBuffer({ format, channels: 2, maxFrames: 1300, stride: 4 })
  chunk.frames = 1300
  for (let f = 0; f < 1300; f++) {
    chunk.data.set([f, -f, 99, 99], f * 4)
    chunk.time[f] = 10 + f / 250
  }
  return chunk
}

test('counts are sent as physical values in float32, every frame with its time', () => {
  const { outlets, sink } = recorded()
  sink.addStream(streamOf(0.1, 'int32'))
  const chunk = longChunk('int32')
  sink.write('board/eeg', chunk)
  const [{ shape, rows, times }] = outlets as [Pushed]
  expect(shape).toMatchObject({ format: 'float32', channels: 2, rateHz: 250, type: 'EEG' })
  expect(rows).toHaveLength(1300)
  expect(rows[1299]).toEqual([Math.fround(129.9), Math.fround(-129.9)])
  expect(times).toEqual(Array.from({ length: 1300 }, (_, f) => 10 + f / 250))
  expect(chunk.time[1299]).toBe(10 + 1299 / 250)
  expect(sink.statusOf('board/eeg')).toEqual({ sent: 1300, hasReceivers: true })
})

test('values that are physical already keep their format', () => {
  const { outlets, sink } = recorded()
  sink.addStream(streamOf(1, 'int16'))
  sink.write('board/eeg', longChunk('int16'))
  expect(outlets[0]!.shape.format).toBe('int16')
  expect(outlets[0]!.rows[700]).toEqual([700, -700])
})

test('an outlet says labels, units, maker and a source id without quotes', () => {
  const { outlets, sink } = recorded()
  sink.addStream(streamOf(0.1, 'int32'))
  const { sourceId, description } = outlets[0]!.shape
  expect(sourceId).toBe('synapsestream/lab_s/board/eeg')
  const text = JSON.stringify(description)
  for (const word of ['C3', 'C4', 'microvolts', 'Acme', 'serial_number']) {
    expect(text).toContain(word)
  }
  expect(text).not.toContain('counts')
})

test('markers are texts of a stream of their own; what is closed is closed', () => {
  const { outlets, sink } = recorded()
  sink.addStream(streamOf(1, 'int16'))
  sink.marker({ time: 1, label: 'early', durationSeconds: 0, source: 'cli' })
  sink.addMarkers()
  sink.marker({ time: 2, label: 'go', durationSeconds: 0, source: 'cli' })
  sink.removeStream('board/eeg')
  expect(outlets[0]!.closed).toBe(true)
  sink.close()
  expect(outlets[1]).toMatchObject({ texts: [['go', 2]], closed: true })
})
