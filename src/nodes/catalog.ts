/** Every node there is: a folder and a line here. */
import type { NodeDefinition } from '../signal/index.ts'
import { aggregate } from './aggregate/index.ts'
import { align } from './align/index.ts'
import { alphaPeak } from './alpha-peak/index.ts'
import { aperiodic } from './aperiodic/index.ts'
import { asr } from './asr/index.ts'
import { bandPower } from './band-power/index.ts'
import { baseline } from './baseline/index.ts'
import { blinkDetector } from './blink-detector/index.ts'
import { blinkRemoval } from './blink-removal/index.ts'
import { burst } from './burst/index.ts'
import { calibrate } from './calibrate/index.ts'
import { detrend } from './detrend/index.ts'
import { displayEnvelope } from './display-envelope/index.ts'
import { entropy } from './entropy/index.ts'
import { envelopeCorrelation } from './envelope-correlation/index.ts'
import { envelopePhase } from './envelope-phase/index.ts'
import { epoch } from './epoch/index.ts'
import { epochRejection } from './epoch-rejection/index.ts'
import { eyeRegression } from './eye-regression/index.ts'
import { filterBank } from './filter-bank/index.ts'
import { filterFir } from './filter-fir/index.ts'
import { filterIir } from './filter-iir/index.ts'
import { flatMap } from './flat-map/index.ts'
import { formula } from './formula/index.ts'
import { fractal } from './fractal/index.ts'
import { grangerCausality } from './granger-causality/index.ts'
import { hjorth } from './hjorth/index.ts'
import { infer } from './infer/index.ts'
import { interpolate } from './interpolate/index.ts'
import { join } from './join/index.ts'
import { keep } from './keep/index.ts'
import { lineLength } from './line-length/index.ts'
import { lineNoise } from './line-noise/index.ts'
import { moments } from './moments/index.ts'
import { montage } from './montage/index.ts'
import { motion } from './motion/index.ts'
import { muscle } from './muscle/index.ts'
import { normalise } from './normalise/index.ts'
import { orica } from './orica/index.ts'
import { peaks } from './peaks/index.ts'
import { phaseAmplitudeCoupling } from './phase-amplitude-coupling/index.ts'
import { psd } from './psd/index.ts'
import { quality } from './quality/index.ts'
import { rename } from './rename/index.ts'
import { resample } from './resample/index.ts'
import { rms } from './rms/index.ts'
import { rule } from './rule/index.ts'
import { sandbox } from './sandbox/index.ts'
import { select } from './select/index.ts'
import { spectralConnectivity } from './spectral-connectivity/index.ts'
import { spectrogram } from './spectrogram/index.ts'
import { spectrum } from './spectrum/index.ts'
import { spindle } from './spindle/index.ts'
import { teagerKaiser } from './teager-kaiser/index.ts'
import { threshold } from './threshold/index.ts'
import { waveletDenoise } from './wavelet-denoise/index.ts'
import { waveletPower } from './wavelet-power/index.ts'
import { zeroCrossings } from './zero-crossings/index.ts'

const definitions: readonly NodeDefinition[] = [
  calibrate,
  select,
  rename,
  montage,
  interpolate,
  resample,
  filterIir,
  filterFir,
  filterBank,
  detrend,
  normalise,
  blinkRemoval,
  bandPower,
  quality,
  infer,
  sandbox,
  displayEnvelope,
  // Features in time, over a sliding window.
  entropy,
  fractal,
  hjorth,
  lineLength,
  moments,
  rms,
  teagerKaiser,
  zeroCrossings,
  // Spectra.
  alphaPeak,
  aperiodic,
  envelopePhase,
  psd,
  spectrogram,
  spectrum,
  waveletPower,
  // Events.
  blinkDetector,
  burst,
  peaks,
  spindle,
  threshold,
  // By time and by condition, over any streams.
  aggregate,
  align,
  baseline,
  epoch,
  flatMap,
  formula,
  join,
  keep,
  rule,
  // Connectivity, over pairs of channels.
  envelopeCorrelation,
  grangerCausality,
  phaseAmplitudeCoupling,
  spectralConnectivity,
  // Artifacts: what they take away is told on the port done.
  asr,
  epochRejection,
  eyeRegression,
  lineNoise,
  motion,
  muscle,
  orica,
  waveletDenoise,
]

export const nodeCatalog: ReadonlyMap<string, NodeDefinition> = new Map(
  definitions.map((definition) => [definition.id, definition]),
)
