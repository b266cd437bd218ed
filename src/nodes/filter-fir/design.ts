/** From a node's options to the taps of its filter, or a refusal that says what would work. */
import { type Band, firByRemez, firByWindow, tapsForTransition } from '../../kernels/index.ts'
import { reasonOf, SynapseError } from '../../signal/index.ts'
import { refusal } from '../_opening/refusal.ts'
import type { FilterFirOptions } from './options.ts'

/** Remez' work grows with the square of the taps; a window costs nothing. */
const mostTaps = { window: 16_384, remez: 1501 } as const

/** @throws SynapseError graph-invalid for a filter that is impossible at this rate */
export function designTaps(id: string, options: FilterFirOptions, rateHz: number): Float64Array {
  try {
    if (options.method === 'taps') return givenTaps(options.taps)
    if (!(rateHz > 0)) throw new RangeError('the stream has no fixed rate')
    const band = bandOf(options)
    checkEdges(band, options, rateHz)
    return options.method === 'window'
      ? windowed(band, options, rateHz)
      : equiripple(band, options, rateHz)
  } catch (cause) {
    if (cause instanceof SynapseError) throw cause
    throw refusal(
      { id, kind: 'filter-fir' },
      reasonOf(cause),
      `Choose cuts between 0 and ${rateHz / 2} Hz that leave room for the transition.`,
      cause,
    )
  }
}

function givenTaps(given: readonly number[]): Float64Array {
  const taps = Float64Array.from(given)
  const { length } = taps
  if (!length) throw new RangeError('taps is empty; give at least one')
  const mirrored = (sign: number) =>
    taps.every((tap, i) => Math.abs(tap - sign * taps[length - 1 - i]!) <= 1e-9 * Math.abs(tap))
  if (mirrored(1) || mirrored(-1)) return taps
  throw new RangeError(`the ${length} taps are neither symmetric nor antisymmetric`)
}

function bandOf({ lowCutHz: low, highCutHz: high, kind }: FilterFirOptions): Band {
  const isPass = kind === 'pass'
  if (low !== null && high !== null) {
    return { kind: isPass ? 'band' : 'stop', lowHz: low, highHz: high }
  }
  const cutHz = low ?? high
  if (cutHz === null) throw new RangeError('lowCutHz and highCutHz are both null; give one')
  if (!isPass) throw new RangeError('kind stop needs both lowCutHz and highCutHz')
  return { kind: low === null ? 'low' : 'high', cutHz }
}

/** Half a transition must fit below, between and above the cuts; Remez needs some room beside. */
function checkEdges(band: Band, { transitionHz, method }: FilterFirOptions, rateHz: number): void {
  const cuts = 'cutHz' in band ? [band.cutHz] : [band.lowHz, band.highHz]
  const room = [cuts[0]! * 2, rateHz - cuts.at(-1)! * 2]
  if (cuts.length > 1) room.push(cuts[1]! - cuts[0]!)
  const most = Math.min(...room) * (method === 'remez' ? 0.95 : 1)
  if (transitionHz <= most) return
  throw new RangeError(
    `transitionHz = ${transitionHz} is more than the ${most} Hz that the cuts ${cuts.join(' and ')} Hz leave at ${rateHz} Hz`,
  )
}

function windowed(band: Band, options: FilterFirOptions, rateHz: number): Float64Array {
  const count = tapsForTransition(options.window, options.transitionHz, rateHz)
  checkCount(count, options.transitionHz, mostTaps.window)
  return firByWindow(count, band, options.window, rateHz)
}

/**
 * Length after Herrmann, Rabiner & Chan (1973) in Kaiser's short form; the two ripples set the
 * weights of the bands.
 */
function equiripple(band: Band, options: FilterFirOptions, rateHz: number): Float64Array {
  const { transitionHz, attenuationDb, rippleDb } = options
  const swing = 10 ** (rippleDb / 20)
  const pass = (swing - 1) / (swing + 1)
  const stop = 10 ** (-attenuationDb / 20)
  const width = transitionHz / rateHz
  const whole = Math.ceil((-10 * Math.log10(pass * stop) - 13) / (14.6 * width)) + 1
  const count = Math.max(3, whole + 1 - (whole % 2))
  checkCount(count, transitionHz, mostTaps.remez)
  const edges = 'cutHz' in band ? [band.cutHz] : [band.lowHz, band.highHz]
  const starts = [0, ...edges.map((edge) => edge + transitionHz / 2)]
  const ends = [...edges.map((edge) => edge - transitionHz / 2), rateHz / 2]
  const keepsFirst = band.kind === 'low' || band.kind === 'stop'
  const bands = starts.map((lowHz, i) => {
    const gain = (i % 2 === 0) === keepsFirst ? 1 : 0
    return { lowHz, highHz: ends[i]!, gain, weight: gain ? 1 : pass / stop }
  })
  return firByRemez(count, bands, rateHz)
}

function checkCount(count: number, transitionHz: number, most: number): void {
  if (count <= most) return
  const least = (transitionHz * count) / most
  throw new RangeError(
    `transitionHz = ${transitionHz} needs ${count} taps, more than ${most}; it must be at least ${least.toPrecision(3)} Hz`,
  )
}
