import { expect, test } from 'vitest'
import type { GraphSpec } from '../graph/index.ts'
import { physicalChannel, type StreamInfo } from '../signal/index.ts'
import { differenceOf } from './graph-difference.ts'
import { GraphInspector } from './graph-inspector.ts'
import { graphShape } from './graph-shape.ts'

const eeg: StreamInfo = {
  id: 'board/eeg',
  name: 'EEG',
  type: 'EEG',
  sampleFormat: 'float32',
  nominalRateHz: 250,
  channels: [physicalChannel('Cz', 'EEG', 'uV')],
  origin: { source: 'test' },
}
const before: GraphSpec = {
  version: 1,
  name: 'two filters',
  sources: { eeg: {} },
  nodes: {
    physical: { node: 'calibrate' },
    slow: { node: 'filter-iir', options: { lowCutHz: 0.5, highCutHz: 40 } },
    power: { node: 'band-power' },
  },
  edges: [
    { from: 'eeg', to: 'physical' },
    { from: 'physical', to: 'slow' },
    { from: 'slow', to: 'power' },
  ],
  outputs: { power: 'power' },
}
const inspector = new GraphInspector(new Map(), null)

/** Fate of every node when the changed graph takes the place of the first one. */
function fates(change: Partial<GraphSpec>, sources: Record<string, StreamInfo> = { eeg }) {
  const after = inspector.inspect({ ...before, ...change }, sources)
  const plan = differenceOf(inspector.inspect(before, { eeg }), after)
  const nodes = plan.nodes.map(({ id, fate, because }) => [id, [fate, ...because].join(' ')])
  return { ...plan, nodes: Object.fromEntries(nodes) as Record<string, string> }
}

test('C1: the same kind, options, inputs and resilience keep their state', () => {
  const { nodes, isCutAnew, isBoundAnew } = fates({ name: 'by another name' })
  expect(nodes).toEqual({ physical: 'kept', slow: 'kept', power: 'kept' })
  expect({ isCutAnew, isBoundAnew }).toEqual({ isCutAnew: false, isBoundAnew: false })
})

test('an option that is written as it was by default changes nothing', () => {
  const slow = { node: 'filter-iir', options: { lowCutHz: 0.5, highCutHz: 40, order: 4 } }
  expect(fates({ nodes: { ...before.nodes, slow } }).nodes.slow).toBe('kept')
})

test('what is other than before is told, and what follows keeps its state if its input is the same', () => {
  const slow = { node: 'filter-iir', options: { lowCutHz: 1, highCutHz: 40 } }
  const { nodes } = fates({ nodes: { ...before.nodes, slow } })
  expect(nodes).toMatchObject({ physical: 'kept', slow: 'anew options' })
  const patient = { ...before.nodes.power!, resilience: { onError: 'skip-chunk' as const } }
  expect(fates({ nodes: { ...before.nodes, power: patient } }).nodes.power).toBe('anew resilience')
  const other = { node: 'rms' }
  expect(fates({ nodes: { ...before.nodes, power: other } }).nodes.power).toBe('anew kind')
})

test('a node that is fed by something else opens anew, one that is gone ends', () => {
  const { slow: _slow, ...left } = before.nodes
  const edges = [
    { from: 'eeg', to: 'physical' },
    { from: 'physical', to: 'power' },
  ]
  expect(fates({ nodes: left, edges }).nodes).toEqual({
    physical: 'kept',
    power: 'anew input',
    slow: 'ends',
  })
})

test('another thread costs a stop and no state; another source costs all of it', () => {
  const power = { ...before.nodes.power!, thread: 'dsp' }
  const cut = fates({ nodes: { ...before.nodes, power } })
  expect(cut.nodes.power).toBe('kept')
  expect(cut.isCutAnew).toBe(true)
  expect(cut.threads).toEqual(['main', 'dsp'])
  const bound = fates({}, { eeg: { ...eeg, id: 'other/eeg' } })
  expect(bound.isBoundAnew).toBe(true)
  expect(Object.values(bound.nodes)).toEqual(['anew source', 'anew source', 'anew source'])
})

test('where nothing runs yet, all nodes begin', () => {
  const { nodes } = differenceOf(null, inspector.inspect(before, { eeg }))
  expect(new Set(nodes.map(({ fate }) => fate))).toEqual(new Set(['begins']))
})

test('a drawn graph has every edge with what flows along it, and the queue where it is cut', () => {
  const power = { ...before.nodes.power!, thread: 'dsp' }
  const inspected = inspector.inspect({ ...before, nodes: { ...before.nodes, power } }, { eeg })
  const queue = {
    from: 'slow.out',
    readers: ['dsp'],
    policy: 'block' as const,
    holdsFrames: 1000,
    dropped: 0,
    spilledFrames: 0,
    spilledBytes: 0,
  }
  const told = { id: 'g', isOwn: true, text: '', canUndo: false, queues: [queue] }
  const shape = graphShape(inspected, told)
  expect(shape.edges).toEqual([
    { from: 'eeg', to: 'physical.in', queue: null },
    { from: 'physical.out', to: 'slow.in', queue: null },
    { from: 'slow.out', to: 'power.in', queue: { policy: 'block', holdsFrames: 1000 } },
    { from: 'power.out', to: 'power', queue: null },
  ])
  expect(shape.nodes.map(({ id, segment }) => `${id} ${segment}`)).toEqual([
    'physical main',
    'slow main',
    'power dsp',
  ])
  expect(shape.nodes[1]!.outputs[0]!.flow).toMatchObject({ type: 'EEG', rateHz: 250 })
  expect(shape.nodes[1]!.options).toMatchObject({ lowCutHz: 0.5, order: 4 })
  expect(shape.outputs[0]!.flow?.type).toBe('Features')
})
