import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { recordOption } from '../_artifact/options.ts'

const matrix = z.array(z.array(z.number())).min(1)

export const asrOptions = z.strictObject({
  cutoff: option(z.number().min(1).max(1000).default(20), {
    help: 'Standard deviations of clean data beyond which a direction is reconstructed: 5 is strict, 20 usual, 50 lax.',
  }),
  calibrationSeconds: option(z.number().min(2).max(600).default(30), {
    help: 'The first so many seconds, are calibrated on; they pass untouched.',
    unit: 's',
  }),
  calibrationWindows: option(z.enum(['clean', 'all']).default('clean'), {
    help: 'Clean: leaves out windows of the calibration in which too many channels are far louder or fainter than usual; all: takes everything.',
  }),
  maxBadShare: option(z.number().min(0).max(0.9).default(0.2), {
    help: 'A window is clean while at most this share of the channels is not.',
  }),
  calibration: option(
    z.strictObject({ mixing: matrix, thresholds: matrix }).nullable().default(null),
    {
      help: 'A calibration made before: mixing and threshold matrix, channels × channels; null: calibrate on the stream.',
    },
  ),
  windowSeconds: option(z.number().min(0.05).max(10).default(0.5), {
    help: 'Length of the window whose covariance decides; half of it is the delay.',
    unit: 's',
  }),
  stepSeconds: option(z.number().min(0.01).max(2).default(0.125), {
    help: 'Time from one decision to the next.',
    unit: 's',
  }),
  maxRemovedShare: option(z.number().min(0.01).max(1).default(0.66), {
    help: 'At most this share of all dimensions is reconstructed at a time.',
  }),
  shaping: option(z.enum(['auto', 'on', 'off']).default('auto'), {
    help: 'Judges drift, blinks and muscle more strictly than alpha and beta, with the filter of clean_rawdata; auto: where the rate is from 100 to 512 Hz.',
  }),
  highPassHz: option(z.number().min(0.05).max(20).default(0.5), {
    help: 'Below, the signal is neither judged nor changed.',
    unit: 'Hz',
  }),
  blockSeconds: option(z.number().min(0.02).max(10).default(0.4), {
    help: 'Length of the blocks whose covariances the calibration takes the geometric median of.',
    unit: 's',
  }),
  recordSeconds: recordOption,
})

export type AsrOptions = z.infer<typeof asrOptions>
