import { describe, expect, it } from 'vitest'
import type { Setup, ViewFrames, ViewStream } from '../../contract/index.ts'
import { noSessionFields } from '../../signal/index.ts'
import { Feed } from './feed.ts'

const channel = { label: 'Fp1', type: 'EEG', unit: 'uV' }

function display(number: number, rateHz: number): ViewStream {
  return {
    number,
    role: 'display',
    device: 'd',
    source: 'eeg',
    sourceRateHz: 250,
    sourceChannels: [channel],
    rateHz,
    channels: [channel, channel],
  }
}

function setupOf(...streams: ViewStream[]): Setup {
  const view = {
    lowCutHz: 0.5,
    highCutHz: null,
    notchHz: null,
    montage: 'recorded',
    removeBlinks: false,
    binRateHz: 100,
  }
  return {
    version: '0',
    drivers: [],
    devices: [],
    streams,
    outputs: [],
    view,
    lsl: { sending: 'nothing', streams: 0 },
    network: { sending: 'devices', targets: [], markersAt: null },
    session: noSessionFields,
    notices: [],
  } as Setup
}

function bins(number: number, first: number, count: number): ViewFrames {
  return {
    number,
    firstSample: first,
    frames: count,
    channels: 2,
    time: new Float64Array(count),
    values: new Float32Array(count * 2),
  }
}

describe('the feed', () => {
  it('keeps the traces of before when the host builds the stream anew', () => {
    const feed = new Feed()
    feed.arrange(setupOf(display(1, 100)))
    feed.frames(bins(1, 0, 5))
    feed.arrange(setupOf(display(2, 50)))
    feed.frames(bins(2, 0, 3))
    feed.frames(bins(1, 5, 7)) // a late one of the old stream is not drawn twice
    expect(feed.traces('d|eeg').map(({ end }) => end)).toEqual([5, 3])
  })

  it('keeps the buffer when a setup changes nothing of the stream', () => {
    const feed = new Feed()
    feed.arrange(setupOf(display(1, 100)))
    feed.frames(bins(1, 0, 5))
    feed.arrange(setupOf(display(1, 100)))
    expect(feed.traces('d|eeg').map(({ end }) => end)).toEqual([5])
  })

  it('forgets the streams of a device that was closed', () => {
    const feed = new Feed()
    const decoder: ViewStream = { ...display(7, 20), role: 'decoder' }
    feed.arrange(setupOf(display(1, 100), decoder))
    expect(feed.feature(decoder)).toBeDefined()
    feed.arrange(setupOf())
    expect(feed.traces('d|eeg')).toEqual([])
    expect(feed.feature(decoder)).toBeUndefined()
  })

  it('keeps the past of a decoder that the host builds anew', () => {
    const feed = new Feed()
    const decoder: ViewStream = { ...display(7, 20), role: 'decoder' }
    feed.arrange(setupOf(decoder))
    feed.frames(bins(7, 0, 2))
    feed.arrange(setupOf({ ...decoder, number: 8 }))
    feed.frames(bins(8, 2, 3))
    feed.frames(bins(7, 2, 3))
    expect(feed.feature(decoder)?.end).toBe(5)
  })

  it('ignores frames of streams that it does not know', () => {
    const feed = new Feed()
    expect(() => feed.frames(bins(99, 0, 5))).not.toThrow()
  })
})
