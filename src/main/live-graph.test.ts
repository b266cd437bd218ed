import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ViewSettings } from '../contract/index.ts'
import { Graph, GraphMemory, type GraphSpec } from '../graph/index.ts'
import { readModelFolder } from '../inference/index.ts'
import { newKernelMemory } from '../kernels/index.ts'
import { nodeCatalog } from '../nodes/catalog.ts'
import {
  type ChannelType,
  type ModelCard,
  newChunkBuffer,
  physicalChannel,
  type StreamInfo,
} from '../signal/index.ts'
import { liveGraph } from './live-graph.ts'

const models = readModelFolder(join(import.meta.dirname, '..', '..', 'models'))
const card = models.get('blink-detector')!.card

const usual: ViewSettings = {
  lowCutHz: 0.5,
  highCutHz: 45,
  notchHz: 50,
  montage: 'recorded',
  removeBlinks: false,
  binRateHz: 250,
}

function streamOf(
  type: string,
  nominalRateHz: number,
  labels = ['Fp1', 'Fp2', 'Cz', 'O1'],
): StreamInfo {
  const channelType = (type === 'ACC' ? 'ACCEL' : 'EEG') as ChannelType
  return {
    id: type,
    name: type,
    type,
    sampleFormat: 'int32',
    nominalRateHz,
    channels: labels.map((label) => physicalChannel(label, channelType, 'uV')),
    origin: { source: 'test' },
  }
}

/** The graph with all its nodes open, and what left it for a second of signal. */
function ran(info: StreamInfo, spec: GraphSpec) {
  const frames = new Map<string, number>()
  let requests = 0
  const maxFrames = 256
  const graph = new Graph(spec, {
    catalog: nodeCatalog,
    sources: { raw: info },
    memory: new GraphMemory(newKernelMemory()),
    maxFrames,
    model: () => card,
    outputs: {
      chunk: (name, chunk) => frames.set(name, (frames.get(name) ?? 0) + chunk.frames),
      gap: () => {},
      request: () => requests++,
    },
  })
  const channels = info.channels.length
  const chunk = newChunkBuffer({ format: 'int32', channels, maxFrames })
  const count = 3 * (info.nominalRateHz || 100)
  for (let first = 0; first < count; first += maxFrames) {
    chunk.firstSample = first
    chunk.frames = Math.min(maxFrames, count - first)
    for (let f = 0; f < chunk.frames; f++) {
      chunk.time[f] = 100 + (first + f) / (info.nominalRateHz || 100)
      for (let c = 0; c < channels; c++) chunk.data[f * channels + c] = ((first + f) * 37) % 100
    }
    graph.chunk('raw', chunk)
  }
  const outputs = graph.outputs
  graph.close()
  return { outputs, frames, requests }
}

const filterOf = (spec: GraphSpec) => spec.nodes.filtered?.options

describe('every live graph opens and runs with the nodes that there are', () => {
  const streams = [
    ...[100, 125, 250, 500, 30_000].map((rateHz) => streamOf('EEG', rateHz)),
    streamOf('EEG', 250, ['left', 'right']),
    streamOf('EEG', 250, ['Cz']),
    ...['EOG', 'ECG', 'EMG', 'iEEG'].map((type) => streamOf(type, 1000)),
    streamOf('ACC', 25),
    streamOf('ACC', 1000),
    streamOf('Features', 0),
    streamOf('PPG', 0.5),
  ]
  const views: Partial<ViewSettings>[] = [
    {},
    { lowCutHz: null, highCutHz: null, notchHz: null },
    { removeBlinks: true },
    { lowCutHz: 0.05, highCutHz: 15_000, notchHz: 60, binRateHz: 4000 },
    { lowCutHz: 1000, highCutHz: 1, binRateHz: 10 },
    { lowCutHz: 45, highCutHz: 45 },
  ]
  test.each(
    streams.map((info) => {
      const { type, nominalRateHz, channels } = info
      return [`${type}, ${nominalRateHz} Hz, ${channels[0]!.label} …`, info] as const
    }),
  )('%s', (_what, info) => {
    const isSlow = info.nominalRateHz < 125
    const judged = !isSlow && !['ACC', 'PPG', 'Features'].includes(info.type)
    for (const change of views) {
      const spec = liveGraph(info, { ...usual, ...change }, card)
      const { outputs, frames, requests } = ran(info, spec)
      expect(Object.keys(outputs)).toEqual(Object.keys(spec.outputs))
      expect(frames.get('display')).toBeGreaterThan(0)
      expect('quality' in outputs).toBe(judged)
      expect('bands' in outputs).toBe(judged)
      expect('filtered' in outputs).toBe(judged)
      expect('decoder' in outputs).toBe(judged && info.type === 'EEG')
      expect(requests > 0).toBe('decoder' in outputs)
    }
  })
})

describe('the filter of the view', () => {
  test('has what is asked for, where the rate allows it', () => {
    const spec = liveGraph(streamOf('EEG', 250), usual, undefined)
    expect(filterOf(spec)).toMatchObject({ lowCutHz: 0.5, highCutHz: 45, notchHz: 50 })
  })

  test.each([
    [125, { highCutHz: 60 }, { highCutHz: null }],
    [125, { highCutHz: 55 }, { highCutHz: 55 }],
    [125, { notchHz: 60 }, { notchHz: null }],
    [250, { highCutHz: 120 }, { highCutHz: null }],
    [250, { lowCutHz: 200 }, { lowCutHz: null }],
    [30_000, { highCutHz: 12_000 }, { highCutHz: 12_000 }],
    [30_000, { highCutHz: 15_000 }, { highCutHz: null }],
  ] as const)(
    'at %i Hz: %j becomes %j, for nothing lies above half the rate',
    (rateHz, asked, had) => {
      const spec = liveGraph(streamOf('EEG', rateHz), { ...usual, ...asked }, undefined)
      expect(filterOf(spec)).toMatchObject(had)
    },
  )

  test('without a notch it has none; without anything it is not there', () => {
    const info = streamOf('EEG', 250)
    const without = liveGraph(info, { ...usual, notchHz: null }, undefined)
    expect(filterOf(without)).toMatchObject({ notchHz: null, lowCutHz: 0.5 })
    const nothing = { ...usual, notchHz: null, lowCutHz: null, highCutHz: null }
    expect(liveGraph(info, nothing, undefined).nodes).not.toHaveProperty('filtered')
  })

  test('lets through what lies between the cuts; cuts in the wrong order are no band', () => {
    const spec = liveGraph(
      streamOf('EEG', 250),
      { ...usual, lowCutHz: 50, highCutHz: 10 },
      undefined,
    )
    expect(filterOf(spec)).toMatchObject({ lowCutHz: 50, highCutHz: null })
  })

  test('is none for what is no signal', () => {
    for (const info of [streamOf('ACC', 250), streamOf('EEG', 100), streamOf('Features', 0)]) {
      expect(Object.keys(liveGraph(info, usual, card).nodes)).toEqual(['calibrated', 'display'])
    }
  })
})

test('blinks are removed behind the filter, before the traces, and from EEG alone', () => {
  const view = { ...usual, removeBlinks: true }
  const { edges, outputs } = liveGraph(streamOf('EEG', 250), view, undefined)
  expect(edges).toEqual(
    expect.arrayContaining([
      { from: 'filtered', to: 'unblinked' },
      { from: 'unblinked', to: 'display' },
    ]),
  )
  expect(outputs.filtered).toBe('unblinked')
  expect(liveGraph(streamOf('EOG', 250), view, undefined).nodes).not.toHaveProperty('unblinked')
})

test('60 Hz mains at 125 Hz cannot be measured, and cost nothing else', () => {
  const view = { ...usual, notchHz: 60 } as const
  const mains = (rateHz: number) =>
    liveGraph(streamOf('EEG', rateHz), view, undefined).nodes.quality!.options
  expect(mains(250)).toEqual({ mainsHz: 60 })
  expect(mains(125)).toEqual({ mainsHz: 50 })
})

test('no more bins than samples', () => {
  const bins = (info: StreamInfo, binRateHz: number) =>
    liveGraph(info, { ...usual, binRateHz }, undefined).nodes.display!.options
  expect(bins(streamOf('EEG', 1000), 250)).toEqual({ binRateHz: 250 })
  expect(bins(streamOf('ACC', 25), 250)).toEqual({ binRateHz: 25 })
  expect(bins(streamOf('Features', 0), 250)).toEqual({ binRateHz: 250 })
})

describe('the model sees what its card asks for, whatever the view shows', () => {
  const inputOf = (spec: GraphSpec, node: string): string => {
    const { from } = spec.edges.find(({ to }) => to === node)!
    return from === 'calibrated' ? from : `${inputOf(spec, from)} → ${from}`
  }

  test('its channels, its filter, itself', () => {
    for (const change of [{}, { removeBlinks: true }, { lowCutHz: 5, highCutHz: null }]) {
      const spec = liveGraph(streamOf('EEG', 250), { ...usual, ...change }, card)
      expect(inputOf(spec, 'decoder')).toBe('calibrated → frontal → conditioned')
      expect(spec.nodes.frontal).toEqual({ node: 'select', options: { channels: 'frontal' } })
      expect(spec.nodes.conditioned!.options).toEqual({
        lowCutHz: 1,
        highCutHz: 45,
        order: 4,
        notchHz: 50,
        notchQuality: 30,
      })
      expect(spec.nodes.decoder).toEqual({ node: 'infer', options: { model: 'blink-detector' } })
    }
  })

  test('the notch is that of the mains here, also where the view has none', () => {
    const notch = (notchHz: ViewSettings['notchHz']) =>
      liveGraph(streamOf('EEG', 250), { ...usual, notchHz }, card).nodes.conditioned!.options
    expect(notch(60)).toMatchObject({ notchHz: 60 })
    expect(notch(null)).toMatchObject({ notchHz: 50 })
  })

  test('a card without filter, notch or montage has none put before it', () => {
    const input: ModelCard['input'] = { ...card.input, montage: 'all', filter: null }
    const spec = liveGraph(streamOf('EEG', 250), usual, { ...card, input })
    expect(inputOf(spec, 'decoder')).toBe('calibrated')
    const filter = { ...card.input.filter!, notchQ: null }
    const unnotched = { ...card, input: { ...card.input, filter } }
    expect(liveGraph(streamOf('EEG', 250), usual, unnotched).nodes.conditioned!.options).toEqual({
      lowCutHz: 1,
      highCutHz: 45,
      order: 4,
      notchHz: null,
    })
  })
})
