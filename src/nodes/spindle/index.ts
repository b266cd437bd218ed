/**
 * Sleep spindles by the three rules of YASA (Vallat & Walker 2021, after Lacourse et al. 2019): the
 * band's share of the power from 1 to 30 Hz over 2 s, the correlation of the signal with its band
 * over 0.3 s, and the RMS of the band over 0.3 s against its past. Each is taken every 0.1 s and
 * drawn as a line between; where, over 0.1 s, more than two of three hold on average, a spindle
 * is. Spindles nearer than 0.5 s are one. What differs from YASA is the past: mean and standard
 * deviation of the RMS (without the lowest and highest tenth) are of the last `baselineSeconds` and
 * not of the whole night.
 *
 * Two linear-phase filters and the 2 s window make the declared delay of about 2.2 s; a spindle is
 * sent 0.5 s after that, when no other can join it. Events as in `_event/event-stream.ts`; `peak`
 * is the highest amplitude of the band, `frequency` the mean frequency. Meant for a few channels
 * at 100 to 500 Hz: both filters together take about 3.3 × rate multiplications per sample and channel.
 *
 * A value that is not finite counts as the one before it. A gap ends a spindle; the filters and
 * windows fill anew, the past is kept.
 */
import type { Emit, NodeContext, NodeDefinition, NodeInstance } from '../../signal/index.ts'
import { designAnalyticBand } from '../_analytic/band-taps.ts'
import { newAnalyticFilter } from '../_analytic/running-band.ts'
import { limitsOf, newEventTracker } from '../_event/event-tracker.ts'
import { type NodeName, rateOf, refusal } from '../_opening/refusal.ts'
import { newBandHistory } from './band-history.ts'
import { type SpindleOptions, spindleOptions } from './options.ts'
import { newSpindleRules } from './spindle-rules.ts'

const transitionHz = 1.5
const broad = { lowHz: 1, highHz: 30, transitionHz }
const stepSeconds = 0.1
const powerSeconds = 2
const mergeSeconds = 0.5

export const spindle: NodeDefinition<SpindleOptions> = {
  id: 'spindle',
  title: 'Sleep spindles',
  help: 'Finds sleep spindles by relative power, correlation and RMS of the sigma band.',
  options: spindleOptions,
  inputs: [{ name: 'in', help: 'A sleep EEG signal in float32, not filtered from 1 to 30 Hz.' }],
  outputs: [{ name: 'out', help: 'One frame per spindle.' }],
  cost: { work: 590, given: 0.0083 },
  open(context): NodeInstance {
    const { id, options, memory, maxFrames } = context
    const input = context.inputs.in!
    const node = { id, kind: 'spindle' }
    const rateHz = rateOf(node, input)
    checkOptions(node, options)
    const count = input.channels.length
    const band = { lowHz: options.lowHz, highHz: options.highHz, transitionHz }
    const sigmaTaps = designAnalyticBand(node, input, band)
    const sigma = newAnalyticFilter(memory, count, sigmaTaps, maxFrames)
    const { re } = designAnalyticBand(node, input, broad)
    const whole = newAnalyticFilter(memory, count, { re, im: null }, maxFrames)
    const powerFrames = 2 * Math.round((powerSeconds / 2) * rateHz)
    const lookBack = options.maximumSeconds + mergeSeconds + 3 * stepSeconds
    const ringFrames = powerFrames + Math.ceil(lookBack * rateHz)
    const history = newBandHistory(memory, count, ringFrames, rateHz)
    const tracker = newSpindleTracker(context, rateHz, history.frequency)
    const step = Math.max(2, Math.round(stepSeconds * rateHz))
    const rules = newSpindleRules(memory, history, { ...options, rateHz, step, powerFrames })
    // Middles of the three windows lie this far behind the newest filtered sample.
    const behind = powerFrames / 2

    function decide(channel: number, newest: number, emit: Emit): void {
      const middle = newest - behind
      rules.measure(channel, newest, middle)
      for (let i = middle - step + 1; i <= middle && rules.hasLine(channel); i++) {
        const active = rules.holds(channel, i - (middle - step))
        const about = i - (step >> 1)
        if (active) history.amplitude(channel, about, tracker.values)
        tracker.step(channel, about, active, emit)
      }
    }

    return {
      outputs: { out: tracker.info },
      delaySamples: sigma.delaySamples + behind + (step >> 1),
      state: {
        sigma: sigma.state,
        whole: whole.state,
        history: history.state,
        rules: rules.state,
        tracker: tracker.state,
      },
      process(_port, chunk, emit) {
        // Both filters are equally long.
        whole.pass(chunk)
        for (let f = sigma.pass(chunk); f < chunk.frames; f++) {
          const index = chunk.firstSample + f
          const row = f * chunk.stride
          tracker.now(chunk, f)
          history.keep(index - sigma.delaySamples, row, whole.re, sigma.re, sigma.im)
          if (history.state.filled < powerFrames) continue
          // Channel by channel, one step in all: no frame bears the cost of all channels.
          for (let c = index % step; c < count; c += step) {
            decide(c, index - sigma.delaySamples, emit)
          }
        }
      },
      gap(_port, _gap, emit) {
        tracker.gap(emit)
        sigma.forget()
        whole.forget()
        history.forget()
        rules.forget()
      },
    }
  },
}

function newSpindleTracker(
  context: NodeContext<SpindleOptions>,
  rateHz: number,
  frequency: (channel: number, onset: number, end: number) => number,
) {
  const { minimumSeconds, maximumSeconds } = context.options
  return newEventTracker(context, {
    kind: 'spindle',
    rateHz,
    channels: context.inputs.in!.channels.length,
    limits: limitsOf(rateHz, { merge: mergeSeconds, fewest: minimumSeconds, most: maximumSeconds }),
    extras: [{ label: 'frequency', unit: 'Hz' }],
    describe(channel, onset, end, values) {
      values[4] = frequency(channel, onset, end)
      return true
    },
  })
}

function checkOptions(node: NodeName, options: SpindleOptions): void {
  const { lowHz, highHz, minimumSeconds, maximumSeconds } = options
  if (lowHz >= highHz) {
    throw refusal(
      node,
      `lowHz = ${lowHz} is not below highHz = ${highHz}`,
      'Choose lowHz below highHz.',
    )
  }
  if (minimumSeconds > maximumSeconds) {
    throw refusal(
      node,
      `minimumSeconds = ${minimumSeconds} is above maximumSeconds = ${maximumSeconds}`,
      `Choose minimumSeconds from 0.1 to ${maximumSeconds} s.`,
    )
  }
}
