/** Every node of the catalogue with what it needs, and the signal that the suites run it on. */
import { nodeCatalog } from '../../src/nodes/catalog.ts'
import type { StreamInfo } from '../../src/signal/index.ts'
import type { TestSignal } from './run-node.ts'

/** What a node needs beside its defaults to be opened on the test signal. */
export const needed: Record<string, Record<string, unknown>> = {
  aggregate: {
    window: { kind: 'sliding', seconds: 0.5, hopSeconds: 0.25 },
    aggregates: ['mean', 'deviation'],
    quantiles: [0.5],
  },
  align: { prefixB: 'b ' },
  baseline: { fewestFrames: 2 },
  epoch: { fromSeconds: -0.01, toSeconds: 0.02, baselineSeconds: [0, 0.01] },
  'flat-map': {
    channels: [{ label: 'high' }],
    rows: [{ when: "'*' above 1010", values: ["'*' - 1000"] }],
  },
  join: { prefixB: 'b ', fromSeconds: -0.01, toSeconds: 0.01 },
  formula: { channels: [{ label: '* rectified', expression: "abs('*')" }] },
  rule: {
    rule: "'Fp1' above -3998 until below -4002 for 20 ms ignoring breaks of 10 ms, then event",
  },
  keep: { condition: "Fp1 + 4000 above 10 or mean('O*') < 0" },
  asr: { calibrationSeconds: 2 },
  'alpha-peak': { windowSeconds: 1, segmentSeconds: 1, hopSeconds: 0.25 },
  aperiodic: { windowSeconds: 2, segmentSeconds: 1, hopSeconds: 0.25 },
  'envelope-correlation': { windowSeconds: 1, hopSeconds: 0.25 },
  'granger-causality': { windowSeconds: 1, hopSeconds: 0.25 },
  infer: { model: 'test' },
  motion: { waitSeconds: 0.5 },
  muscle: { windowSeconds: 0.5, detectZ: null },
  interpolate: { channels: ['C3', 'O2'] },
  sandbox: { module: 'test' },
  orica: { settleSeconds: 1, correlationAbove: 0.3 },
  'phase-amplitude-coupling': { windowSeconds: 1, hopSeconds: 0.25 },
  psd: { windowSeconds: 2, segmentSeconds: 1, hopSeconds: 0.25 },
  select: { channels: ['Fp1', 8, 'O2'] },
  'spectral-connectivity': { windowSeconds: 2, hopSeconds: 0.25 },
  spindle: {
    lowHz: 9,
    highHz: 11,
    relativePower: 0.05,
    correlation: 0.95,
    deviations: 0,
    minimumSeconds: 0.1,
    maximumSeconds: 10,
  },
  threshold: { level: 5, hysteresis: 4, minimumSeconds: 0.01 },
  burst: { percentile: 50, baselineSeconds: 5, minimumSeconds: 0 },
}

/** Further options under which a node takes another way through its code. */
export const variants: Record<string, Record<string, unknown>[]> = {
  asr: [{ calibrationSeconds: 2, shaping: 'off', calibrationWindows: 'all', cutoff: 2 }],
  aggregate: [
    { window: { kind: 'count', frames: 100, hopFrames: 150 } },
    {
      window: { kind: 'tumbling', seconds: 0.25 },
      folds: [{ label: '* rms', step: "sofar + '*' ^ 2", end: 'sqrt(sofar / frames)' }],
    },
    { window: { kind: 'session', gapSeconds: 0.002, longestSeconds: 0.1 }, latenessSeconds: 0.01 },
  ],
  align: [
    { prefixB: 'b ', method: 'linear', whenMissing: 'drop', disorderSeconds: 0.05 },
    { prefixB: 'b ', method: 'nearest', toleranceSeconds: 0.01 },
  ],
  baseline: [
    { fewestFrames: 2, tell: true, learnWhile: 'O1 above 0', memoryFrames: 100 },
    { fewestFrames: 2, keyChannel: 'Pz', saveSeconds: 0.1, consistency: 'strong' },
  ],
  join: [{ prefixB: 'b ', fromSeconds: 0.002, toSeconds: 0.02, disorderSeconds: 0.05 }],
  keep: [{ condition: 'Pz above 4000' }, { condition: 'known(Pz)', otherwise: 'blank' }],
  rule: [{ rule: 'O1 above 5, then no O1 above 10 for 10 ms, then event when over' }],
  'envelope-correlation': [
    { averaging: 'exponential', windowSeconds: 0.5, hopSeconds: 0.1 },
    { orthogonalised: false, windowSeconds: 0.5, hopSeconds: 0.1 },
  ],
  'eye-regression': [{ learning: 'calibration', calibrationSeconds: 2 }, { learnAbove: 50 }],
  'granger-causality': [
    { fit: 'yule-walker', averaging: 'exponential', windowSeconds: 0.5, hopSeconds: 0.1 },
  ],
  'line-noise': [{ trackHz: 0, harmonics: 1, memorySeconds: 0.2 }],
  muscle: [{ windowSeconds: 0.5, detectZ: 0.5 }],
  orica: [{ correlationAbove: null, kurtosisAbove: 1, settleSeconds: 0 }],
  'phase-amplitude-coupling': [
    {
      pairs: 'all',
      phase: { lowHz: 10, highHz: 20 },
      averaging: 'exponential',
      windowSeconds: 0.5,
      hopSeconds: 0.1,
    },
  ],
  'spectral-connectivity': [
    { averaging: 'exponential', segmentSeconds: 0.5, windowSeconds: 0.5, hopSeconds: 0.1 },
  ],
  'wavelet-denoise': [{ target: 'artifacts', wavelet: 'sym4', levels: 3 }, { transform: 'swt' }],
  detrend: [{ method: 'mean' }, { method: 'exponential', windowSeconds: 1 }],
  'filter-bank': [{ design: 'bessel', bands: [{ name: 'wide', lowHz: 2, highHz: 60 }] }],
  'filter-fir': [
    { method: 'remez', lowCutHz: null },
    { method: 'taps', taps: [1, 0, -1] },
  ],
  'filter-iir': [{ design: 'elliptic' }, { design: 'chebyshev2', lowCutHz: null, notchHz: null }],
  montage: [
    { scheme: 'rest' },
    { scheme: 'laplacian' },
    { scheme: 'bipolar', pairs: [['Fp1', 'C3']] },
    { scheme: 'channels', references: ['Pz'] },
  ],
  normalise: [{ method: 'robust', windowSeconds: 1, limit: 3 }, { method: 'robust' }],
  rename: [{ labels: { T7: 'A1' }, types: { T7: 'REF' } }],
  resample: [{ rateHz: 4000 }, { rateHz: 256, bridgeSeconds: 0.05 }, { rateHz: 7.5 }],
}

/** How many times longer than usual the signal is for a node that says something but rarely. */
export const longer: Record<string, number> = { 'blink-detector': 2, spindle: 3 }

const labels = ['Fp1', 'Fp2', 'C3', 'C4', 'O1', 'O2', 'T7', 'T8', 'Pz']

export function streamAt(rateHz: number, sampleFormat: 'int32' | 'float32'): StreamInfo {
  const scale = sampleFormat === 'int32' ? 0.0223517 : 1
  return {
    id: 'test/eeg',
    name: 'EEG',
    type: 'EEG',
    sampleFormat,
    nominalRateHz: rateHz,
    channels: labels.map((label) => ({
      label,
      type: 'EEG',
      unit: 'uV',
      scale,
      offset: 0,
      range: [-187500, 187500],
    })),
    origin: { source: 'test' },
  }
}

/** Alpha, hum, noise, an electrode offset and a blink every 1.7 s on the frontal channels. */
export function eegLike(info: StreamInfo, samples: number): TestSignal {
  const { nominalRateHz: rate } = info
  return {
    info,
    samples,
    value(sample, channel) {
      const t = sample / rate
      const sincePeak = (t % 1.7) - 0.4
      const blink = 200 * Math.exp(-((sincePeak / 0.07) ** 2)) * (channel < 2 ? 1 : 0.2)
      const noise = Math.sin(sample * 12.9898 + channel * 78.233) * 43758.5453
      const uv =
        1000 * (channel - 4) +
        12 * Math.sin(2 * Math.PI * 10 * t + channel) +
        5 * Math.sin(2 * Math.PI * 50 * t) +
        8 * (noise - Math.floor(noise) - 0.5) +
        blink
      const raw = uv / info.channels[channel]!.scale
      return info.sampleFormat === 'int32' ? Math.round(raw) : Math.fround(raw)
    },
  }
}

/** Nodes with several inputs that work on one stream alone; the others are run by `runPorts`. */
export const further: Record<string, string[]> = {
  align: ['b'],
  epoch: ['markers'],
  join: ['b'],
  motion: ['acc'],
}

export const everyPort = [...nodeCatalog.values()]
  .filter(({ id, inputs }) => inputs.length === 1 || id in further)
  .flatMap(({ id, outputs }) => outputs.map(({ name }) => ({ id, port: name })))
