/** A call and an answer of each method about recordings, for the test of the contract. */
import type { Method, Params, Result } from '../src/contract/index.ts'
import { noSessionFields } from '../src/signal/index.ts'

const ledger = { expected: 3, received: 2, lost: 1 }

const catalogued = {
  ...noSessionFields,
  ...{ id: 1, path: 'sub-07_run-01.xdf', run: 1, state: 'closed' as const },
  ...{ startedAt: null, endedAt: null, seconds: null, bytes: null, ledger: null, process: null },
  ...{ settingsVersion: 1, montageVersion: null, devices: 'Cyton', integrity: null },
}

const content = {
  ...{ format: 'xdf', startedAt: null, seconds: 1.5, ledger, checksums: 'closed' as const },
  streams: [
    {
      ...{ id: 'eeg', name: 'EEG', type: 'EEG', sampleFormat: 'int32', ledger, gaps: 1 },
      ...{ nominalRateHz: 250, effectiveRateHz: 250.01 },
      channels: [{ label: 'Cz', type: 'EEG', unit: 'uV' }],
    },
  ],
  gaps: [{ stream: 'EEG', second: 1, seconds: 0.004, lostSamples: 1, exact: true, reason: 'lost' }],
  gapCount: 1,
  markers: [{ second: 0.5, label: 'go', source: null }],
  markerCount: 1,
  impedances: [{ electrode: 'Cz', before: 5.1, after: 'off' as const }],
  settings: [{ second: 0, text: '[]' }],
  problems: [],
}
const files = [{ path: 'sub-07_run-01.xdf', bytes: 9 }]

const copies = {
  mirrors: [{ path: '/mirror/sub-07_run-01.xdf', bytes: 9 }],
  elsewhere: [{ path: '/sets/eeg', what: 'a BIDS data set' }],
}

type About = Extract<Method, `sessions.${string}` | `jobs.${string}` | `files.${string}`>

export const sessionAnswers: {
  readonly [M in About | 'recording.configure']: { params: Params<M>; result: Result<M> }
} = {
  'sessions.set': { params: { subject: '07' }, result: { path: '/tmp/sub-07.xdf' } },
  'sessions.find': { params: { words: ['rest'] }, result: { recordings: [catalogued] } },
  'sessions.look': {
    params: { recording: 1 },
    result: {
      ...{ path: '/r/sub-07_run-01.xdf', files, parts: 1, content, trouble: null },
      ...{ settings: { view: {} }, montage: null },
    },
  },
  'sessions.change': {
    params: { recording: 1, change: { subject: '08', run: 2 } },
    result: { recording: catalogued },
  },
  'sessions.files': {
    params: { subject: '07' },
    result: { recordings: [catalogued], files, ...copies, word: '07' },
  },
  'sessions.erase': {
    params: { recording: 1, word: '07' },
    result: { recordings: 1, files, ...copies },
  },
  'jobs.start': {
    params: {
      ...{ kind: 'export', recording: 1, format: 'bdf', folder: null, lineHz: null },
      deidentify: { shiftDays: null, keepAnnotations: false },
    },
    result: { job: 3 },
  },
  'jobs.cancel': { params: { job: 3 }, result: {} },
  'jobs.dismiss': { params: { job: 3 }, result: {} },
  'jobs.report': { params: { job: 3 }, result: { html: '<!doctype html>' } },
  'files.show': { params: { path: '/r/sub-07_run-01.xdf' }, result: {} },
  'recording.configure': {
    params: { template: 'sub-{subject}_run-{run}', split: { seconds: 3600 } },
    result: { path: '/r/sub-07_run-01.xdf' },
  },
}
