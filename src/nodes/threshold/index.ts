/**
 * Events where a channel crosses a level: from the first sample at the level to the last before it
 * has come back by the hysteresis, sent when it is over. One stream of events for all channels:
 * see `_event/event-stream.ts`; `peak` is the most extreme value (for `magnitude` its absolute
 * value). A value that is not finite ends an event, as does a gap; an event after a gap needs a
 * crossing of its own.
 */
import type { NodeDefinition, NodeInstance } from '../../signal/index.ts'
import { limitsOf, newEventTracker } from '../_event/event-tracker.ts'
import { type NodeName, rateOf, refusal } from '../_opening/refusal.ts'
import { type ThresholdOptions, thresholdOptions } from './options.ts'

export const threshold: NodeDefinition<ThresholdOptions> = {
  id: 'threshold',
  title: 'Threshold',
  help: 'An event wherever a channel crosses a level.',
  options: thresholdOptions,
  inputs: [{ name: 'in', help: 'A signal or features in float32.' }],
  outputs: [{ name: 'out', help: 'One frame per event.' }],
  cost: { work: 5.8, given: 0.018 },
  open(context): NodeInstance {
    const { options, memory } = context
    const input = context.inputs.in!
    const node = { id: context.id, kind: 'threshold' }
    checkLevel(node, options)
    const rateHz = rateOf(node, input)
    const count = input.channels.length
    const tracker = newEventTracker(context, {
      kind: 'threshold',
      rateHz,
      channels: count,
      limits: limitsOf(rateHz, {
        fewest: options.minimumSeconds,
        refractory: options.refractorySeconds,
      }),
      describe: (_channel, _onset, _end, values) => {
        if (options.direction === 'below') values[3] = -values[3]!
        return true
      },
    })
    const isHigh = memory.int32(count)
    const sign = options.direction === 'below' ? -1 : 1
    const begin = sign * options.level
    const end = begin - options.hysteresis
    const magnitude = options.direction === 'magnitude'

    return {
      outputs: { out: tracker.info },
      delaySamples: 0,
      state: { tracker: tracker.state, isHigh },
      process(_port, chunk, emit) {
        for (let f = 0; f < chunk.frames; f++) {
          const index = chunk.firstSample + f
          tracker.now(chunk, f)
          for (let c = 0; c < count; c++) {
            const raw = chunk.data[f * chunk.stride + c]!
            const value = magnitude ? Math.abs(raw) : sign * raw
            isHigh[c] =
              Number.isFinite(raw) && (value >= begin || (isHigh[c]! && value >= end)) ? 1 : 0
            tracker.values[c] = value
            tracker.step(c, index, isHigh[c] === 1, emit)
          }
        }
      },
      gap(_port, _gap, emit) {
        tracker.gap(emit)
        isHigh.fill(0)
      },
    }
  },
}

function checkLevel(node: NodeName, { level, direction, hysteresis }: ThresholdOptions): void {
  if (direction !== 'magnitude' || (level > 0 && hysteresis <= level)) return
  throw refusal(
    node,
    `a magnitude does not cross level = ${level} with hysteresis = ${hysteresis}`,
    'Choose a level above 0, and a hysteresis from 0 to the level.',
  )
}
