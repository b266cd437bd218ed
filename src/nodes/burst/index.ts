/**
 * Bursts of a rhythm: events where a band's amplitude exceeds a percentile of its own recent past
 * (Tinkhauser et al. 2017 for beta). The amplitude is the magnitude of the analytic signal, causal
 * and with the declared delay; its percentile is taken of values every 50 ms over the last
 * `baselineSeconds`, of fewer at the start, and of none at all before there are two seconds of them.
 * A flat channel has no bursts. Events as in `_event/event-stream.ts`; `peak` is the highest amplitude. A
 * value that is not finite counts as the one before it. A gap ends a burst; the filter fills anew,
 * the past is kept.
 */
import type { NodeDefinition, NodeInstance } from '../../signal/index.ts'
import { designAnalyticBand } from '../_analytic/band-taps.ts'
import { newAnalyticFilter } from '../_analytic/running-band.ts'
import { limitsOf, newEventTracker } from '../_event/event-tracker.ts'
import { newRunningValues } from '../_event/running-values.ts'
import { rateOf } from '../_opening/refusal.ts'
import { type BurstOptions, burstOptions } from './options.ts'

/** Time from one value of the past to the next. */
const pastStepSeconds = 0.05
const fewestPastSeconds = 2

export const burst: NodeDefinition<BurstOptions> = {
  id: 'burst',
  title: 'Bursts',
  help: 'Finds bursts of a rhythm: where a band is stronger than usual.',
  options: burstOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One frame per burst.' }],
  cost: { work: 99, given: 0.2 },
  open(context): NodeInstance {
    const { options, memory } = context
    const input = context.inputs.in!
    const node = { id: context.id, kind: 'burst' }
    const rateHz = rateOf(node, input)
    const count = input.channels.length
    const taps = designAnalyticBand(node, input, options)
    const filter = newAnalyticFilter(memory, count, taps, context.maxFrames)
    const { delaySamples } = filter
    const stepSamples = Math.max(1, Math.round(pastStepSeconds * rateHz))
    const keptValues = Math.ceil((options.baselineSeconds * rateHz) / stepSamples)
    const fewestValues = Math.ceil((fewestPastSeconds * rateHz) / stepSamples)
    const past = newRunningValues(memory, count, keptValues)
    const level = memory.float64(count).fill(Number.POSITIVE_INFINITY)
    const tracker = newEventTracker(context, {
      kind: 'burst',
      rateHz,
      channels: count,
      limits: limitsOf(rateHz, { fewest: options.minimumSeconds }),
    })

    function remember(channel: number): void {
      past.add(channel, tracker.values)
      if (past.count(channel) < fewestValues) return
      past.percentile(channel, options.percentile, level)
    }

    return {
      outputs: { out: tracker.info },
      delaySamples,
      state: { filter: filter.state, past: past.state, tracker: tracker.state, level },
      process(_port, chunk, emit) {
        for (let f = filter.pass(chunk); f < chunk.frames; f++) {
          const index = chunk.firstSample + f
          const row = f * chunk.stride
          tracker.now(chunk, f)
          const isStep = (index + 1) % stepSamples === 0
          for (let c = 0; c < count; c++) {
            const re = filter.re[row + c]!
            const im = filter.im[row + c]!
            const amplitude = Math.sqrt(re * re + im * im)
            tracker.values[c] = amplitude
            if (isStep) remember(c)
            tracker.step(c, index - delaySamples, amplitude > level[c]!, emit)
          }
        }
      },
      gap(_port, _gap, emit) {
        tracker.gap(emit)
        filter.forget()
      },
    }
  },
}
