/**
 * Does the amplitude of a fast rhythm follow the phase of a slow one? Over a window, one frame per
 * hop: the modulation index of Tort et al. (2010) with 18 phase bins, the mean vector length of
 * Canolty et al. (2006) in the unit of the amplitude, and that divided by the RMS amplitude
 * (Özkurt & Schnitzler 2011). Points at which a channel of the pair is not finite do not count.
 * See `point-windows.ts` for gaps.
 */
import { type NodeDefinition, type NodeInstance, physicalChannel } from '../../signal/index.ts'
import { designHalfAmplitudeBand } from '../_analytic/band-taps.ts'
import { analyticAt } from '../_analytic/point-band.ts'
import { resolvePairs } from '../_connectivity/pairs.ts'
import { openPointWindows } from '../_connectivity/point-windows.ts'
import { planHops, planPoints } from '../_connectivity/window-plan.ts'
import { type PhaseAmplitudeCouplingOptions, phaseAmplitudeCouplingOptions } from './options.ts'

type Measure = PhaseAmplitudeCouplingOptions['measures'][number]

const kind = 'phase-amplitude-coupling'
const phaseBins = 18
/** Per phase bin the sum of amplitudes and the number of points, then four sums. */
const cosineAt = 2 * phaseBins
const sineAt = cosineAt + 1
const squareAt = cosineAt + 2
const pointsAt = cosineAt + 3
const perPair = cosineAt + 4

export const phaseAmplitudeCoupling: NodeDefinition<PhaseAmplitudeCouplingOptions> = {
  id: 'phase-amplitude-coupling',
  title: 'Phase–amplitude coupling',
  help: 'How far the amplitude of a fast band follows the phase of a slow one.',
  options: phaseAmplitudeCouplingOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One channel per pair and measure.' }],
  cost: { work: 650, given: 0.008 },
  open(context): NodeInstance {
    const { id, options, memory } = context
    const input = context.inputs.in!
    const { phase, amplitude, measures } = options
    const pairs = resolvePairs({ id, kind, input, pairs: options.pairs, ordered: true })
    const statistics = (perPair * pairs.length) / 2
    const request = { id, kind, input, ...options, statistics }
    const hops = planHops(request)
    const points = planPoints(request, { phase, amplitude })
    const rate = input.nominalRateHz
    const slowTaps = designHalfAmplitudeBand(phase, rate)
    const fastTaps = designHalfAmplitudeBand(amplitude, rate)
    const count = input.channels.length
    const [slow, fast] = [memory.float64(2 * count), memory.float64(2 * count)]

    return openPointWindows(context, {
      kind,
      input,
      channels: Array.from({ length: pairs.length / 2 }, (_, p) => {
        const [x, y] = [input.channels[pairs[2 * p]!]!, input.channels[pairs[2 * p + 1]!]!]
        return measures.map((measure) =>
          physicalChannel(
            `${x.label}>${y.label} ${measure}`,
            'MISC',
            measure === 'mean-vector-length' ? y.unit : '1',
          ),
        )
      }).flat(),
      averaging: options.averaging,
      ...hops,
      ...points,
      statistics,
      addPoint(history, oldest, sums) {
        analyticAt(history, oldest, count, slowTaps, slow)
        analyticAt(history, oldest, count, fastTaps, fast)
        for (let p = 0, at = 0; p < pairs.length; p += 2, at += perPair) {
          addPair(slow, 2 * pairs[p]!, fast, 2 * pairs[p + 1]!, sums, at)
        }
      },
      evaluate(sums, values) {
        for (let at = 0, to = 0; at < sums.length; at += perPair) {
          for (let m = 0; m < measures.length; m++) values[to++] = measureOf(measures[m]!, sums, at)
        }
      },
    })
  },
}

function addPair(
  slow: Float64Array,
  x: number,
  fast: Float64Array,
  y: number,
  sums: Float64Array,
  at: number,
): void {
  const re = slow[x]!
  const im = slow[x + 1]!
  const length = Math.sqrt(re * re + im * im)
  const amplitude = Math.sqrt(fast[y]! ** 2 + fast[y + 1]! ** 2)
  if (!(length > 0) || !Number.isFinite(length + amplitude)) return
  const turn = (Math.atan2(im, re) + Math.PI) / (2 * Math.PI)
  const bin = at + 2 * Math.min(phaseBins - 1, Math.floor(turn * phaseBins))
  sums[bin] = sums[bin]! + amplitude
  sums[bin + 1] = sums[bin + 1]! + 1
  sums[at + cosineAt] = sums[at + cosineAt]! + (amplitude * re) / length
  sums[at + sineAt] = sums[at + sineAt]! + (amplitude * im) / length
  sums[at + squareAt] = sums[at + squareAt]! + amplitude * amplitude
  sums[at + pointsAt] = sums[at + pointsAt]! + 1
}

function measureOf(measure: Measure, sums: Float64Array, at: number): number {
  if (measure === 'modulation-index') return modulationIndex(sums, at)
  const vector = Math.sqrt(sums[at + cosineAt]! ** 2 + sums[at + sineAt]! ** 2)
  const points = sums[at + pointsAt]!
  if (measure === 'mean-vector-length') return points > 0 ? vector / points : 0
  const power = points * sums[at + squareAt]!
  return power > 0 ? vector / Math.sqrt(power) : 0
}

/** (log N − H) / log N of the mean amplitudes per phase bin; a bin without points counts as 0. */
function modulationIndex(sums: Float64Array, at: number): number {
  let whole = 0
  for (let b = at; b < at + cosineAt; b += 2) whole += meanOf(sums, b)
  if (!(whole > 0)) return 0
  let entropy = 0
  for (let b = at; b < at + cosineAt; b += 2) {
    const share = meanOf(sums, b) / whole
    if (share > 0) entropy -= share * Math.log(share)
  }
  return Math.max(0, 1 - entropy / Math.log(phaseBins))
}

function meanOf(sums: Float64Array, bin: number): number {
  return sums[bin + 1]! > 0 ? sums[bin]! / sums[bin + 1]! : 0
}
