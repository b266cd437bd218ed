/** From the options to frames, and a calibration that was made before; with what is refused. */
import type { StreamInfo } from '../../signal/index.ts'
import { rateOf, refusal } from '../_opening/refusal.ts'
import type { AsrOptions } from './options.ts'
import { canShape, shapingRates } from './spectral-shape.ts'

const kind = 'asr'
/** Values of the calibration data, and of all block covariances, at most. */
const maxCalibration = 2 ** 24

/** @throws SynapseError graph-invalid for what cannot work at this rate */
export function planAsr(id: string, input: StreamInfo, options: AsrOptions) {
  const rate = rateOf({ id, kind }, input)
  const channels = input.channels.length
  if (channels < 2)
    throw refusal({ id, kind }, `"${input.name}" has one channel, two or more are needed`)
  if (options.highPassHz >= rate / 2) {
    throw refusal(
      { id, kind },
      `highPassHz = ${options.highPassHz} at ${rate} Hz`,
      `Choose less than ${rate / 2} Hz.`,
    )
  }
  if (options.shaping === 'on' && !canShape(rate)) {
    throw refusal(
      { id, kind },
      `shaping = "on" at ${rate} Hz, possible from ${shapingRates.least} to ${shapingRates.most} Hz`,
      'Resample in front, or choose "auto" or "off".',
    )
  }
  const framesOf = (seconds: number) => Math.max(1, Math.round(seconds * rate))
  const plan = {
    isShaped: options.shaping !== 'off' && canShape(rate),
    windowFrames: framesOf(options.windowSeconds),
    halfFrames: Math.floor(framesOf(options.windowSeconds) / 2),
    stepFrames: framesOf(options.stepSeconds),
    blockFrames: framesOf(options.blockSeconds),
    calibrationFrames: framesOf(options.calibrationSeconds),
  }
  const { calibrationFrames, windowFrames, blockFrames } = plan
  if (options.calibration) return plan
  if (calibrationFrames < 4 * windowFrames) {
    throw refusal(
      { id, kind },
      `calibrationSeconds = ${options.calibrationSeconds} holds fewer than four windows`,
      `Make it at least ${4 * options.windowSeconds} s.`,
    )
  }
  const values = calibrationFrames * Math.max(channels, (channels * channels) / blockFrames)
  if (values > maxCalibration) {
    throw refusal(
      { id, kind },
      `calibrationSeconds = ${options.calibrationSeconds} at ${rate} Hz with ${channels} channels is more than fits`,
      `At most ${Math.floor((options.calibrationSeconds * maxCalibration) / values)} s do; or lower the rate in front.`,
    )
  }
  return plan
}

/**
 * Takes a given calibration over; its mixing matrix enters as its product with its transpose.
 * @returns whether there is one
 */
export function setCalibration(
  id: string,
  { calibration }: AsrOptions,
  into: { readonly covariance: Float64Array; readonly thresholds: Float64Array },
  channels: number,
): boolean {
  if (!calibration) return false
  for (const [name, rows] of Object.entries(calibration)) {
    if (rows.length !== channels || rows.some((row) => row.length !== channels)) {
      throw refusal(
        { id, kind },
        `calibration.${name} is not a matrix of ${channels} × ${channels}`,
      )
    }
  }
  const { mixing, thresholds } = calibration
  for (let i = 0; i < channels; i++) {
    for (let j = 0; j < channels; j++) {
      const product = mixing[i]!.reduce((sum, value, k) => sum + value * mixing[j]![k]!, 0)
      into.covariance[i * channels + j] = product
      into.thresholds[i * channels + j] = thresholds[i]![j]!
    }
  }
  return true
}
