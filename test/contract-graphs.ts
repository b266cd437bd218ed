/** What a host would answer about graphs: whole, so that the schemas are seen to let it through. */
import type { GraphFlow, GraphMeters, GraphOutput, GraphShape } from '../src/contract/index.ts'

const flow: GraphFlow = {
  name: 'EEG',
  type: 'EEG',
  rateHz: 250,
  channels: [{ label: 'Cz', unit: 'uV' }],
}
const note = {
  code: 'graph-invalid' as const,
  message: 'checking graph "a": input b.in is fed by nothing',
  remedy: 'Correct the graph at the place named.',
}

export const graphShapeOfTwo: GraphShape = {
  id: 'graph a',
  name: 'a',
  help: 'Two nodes.',
  isOwn: true,
  text: '{}',
  canUndo: false,
  pacing: 'as samples arrive',
  latencyBudgetMs: 100,
  sources: [{ name: 'eeg', stream: 'board/eeg', flow }],
  nodes: ['first', 'second'].map((id) => ({
    id,
    kind: 'calibrate',
    title: 'Calibrate',
    help: 'To physical units.',
    segment: 'main',
    inputs: ['in'],
    outputs: [{ port: 'out', flow }],
    options: { gain: 2 },
    resilience: { onError: 'propagate' },
  })),
  edges: [
    { from: 'eeg', to: 'first.in', queue: null },
    { from: 'first.out', to: 'second.in', queue: { policy: 'spill', holdsFrames: 1024 } },
    { from: 'second.out', to: 'out', queue: null },
  ],
  outputs: [{ name: 'out', flow }],
  segments: [{ key: 'main', thread: 'main' }],
}

export const graphMetersOfTwo: GraphMeters = {
  time: 10,
  trouble: null,
  sources: [
    {
      name: 'eeg',
      waitingFrames: 1,
      capacityFrames: 8192,
      overrunFrames: 0,
      lagSeconds: 0.01,
      behindSeconds: null,
    },
  ],
  nodes: ['first', 'second'].map((id) => ({
    id,
    chunks: 10,
    framesIn: 100,
    framesOut: 100,
    gaps: 0,
    errors: 0,
    framesRefused: 0,
    framesSkipped: 0,
    framesBypassed: 0,
    restarts: 0,
    breaker: 'closed' as const,
    isDegraded: false,
    taken: { count: 5, p50Ms: 0.1, p99Ms: 0.2, p999Ms: 0.3 },
    behindSeconds: 0.02,
    letters: 0,
    failure: null,
  })),
  edges: [{ to: 'first.in', chunks: 10, frames: 100, gaps: 0, queue: null }],
}

export const graphOutputOfOne: GraphOutput = {
  key: 'graph a/out',
  graph: 'graph a',
  output: 'out',
  name: 'a out',
  type: 'Features',
  nominalRateHz: 10,
  channels: [{ label: 'Cz alpha', type: 'MISC', unit: 'uV²' }],
  isShown: true,
  isRecorded: true,
}

export const graphAnswers = {
  'graph.look': {
    params: { id: null, revision: 3 },
    result: {
      graphs: [
        { id: 'graph a', name: 'a', isOwn: true, streams: ['EEG'], state: 'running' as const },
      ],
      kept: [
        {
          id: 'graph a',
          name: 'a',
          state: 'running' as const,
          reads: ['board/eeg'],
          startsAlone: true,
          isRecorded: true,
        },
      ],
      id: 'graph a',
      revision: 4,
      shape: graphShapeOfTwo,
      meters: graphMetersOfTwo,
    },
  },
  'graph.library': {
    params: {},
    result: { graphs: [{ file: 'a.jsonc', name: 'a', help: '', text: '{}' }] },
  },
  'graph.check': {
    params: { id: 'graph a', text: '{}' },
    result: {
      problem: {
        note,
        offset: 0,
        length: 1,
        line: 1,
        column: 1,
        node: 'b',
        port: 'in',
        value: '{',
      },
      plan: null,
    },
  },
  'graph.apply': { params: { id: null, text: '{}' }, result: { id: 'graph a' } },
  'graph.undo': { params: { id: 'graph a' }, result: {} },
  'graph.close': { params: { id: 'graph a' }, result: {} },
  'graph.again': { params: { id: 'graph a' }, result: {} },
  'graph.wish': { params: { id: 'graph a', startsAlone: true }, result: {} },
  'graph.show': { params: { id: 'graph a', output: 'out', isShown: true }, result: {} },
  'graph.forget': { params: { id: 'graph a' }, result: {} },
  'deadLetters.list': {
    params: { graph: 'graph a', node: 'first' },
    result: { folder: '/r/dead-letters', written: 0, dropped: 0, letters: [] },
  },
  'deadLetters.show': {
    params: { number: 7 },
    result: { channels: [{ label: 'Cz', unit: 'uV', low: -1, high: 1 }], notNumbers: 0 },
  },
  'deadLetters.export': {
    params: { graph: 'graph a', node: 'first' },
    result: { path: '/r/exported-dead-letters/a', letters: 2 },
  },
}
