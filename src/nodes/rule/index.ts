/**
 * Finds a pattern in time and says so by an event: conditions over the channels of the input, that
 * hold for so long, come so often, follow each other, or fail to come. The rule is written in words
 * or as steps (`rule-text.ts`); streams of several sources are joined by `align` in front.
 *
 * A step without `for`, or with several `times`, is a moment: it is met when the condition has come
 * anew after the step before was met. A step with `for` lasts: it is met as soon as the condition has
 * held for so long, counted from the step before if it held then already; where something must not
 * come, counted from the step before in any case. When a step before is met again, the latest time
 * that fits counts (of the last 1024). An event uses up all that led to it; a condition that still
 * holds must end before it can begin a rule again. A step is met once for every time that its
 * condition comes.
 *
 * Events are one frame each, at the time of the frame in which they were known, as in
 * `_event/event-stream.ts`: `since onset` counts from the begin of the first step, `duration` from
 * there to when the rule was met (`event: met`) or its last step was over (`event: over`), `value` is
 * the rule's value when it was met. The index counts the events.
 *
 * In a stream of events (its type is Events or Markers) every frame is a moment of its own: a condition
 * holds in it alone, and comes anew with the next. Silence says something there: what does not come is
 * absent exactly when its time is over, known by the next frame or by what the source says of itself
 * (its watermark); the event then tells the value of the last frame. In all other streams silence is
 * a gap, and says nothing.
 *
 * A condition over values that are not finite does not hold. A gap in time longer than
 * `bridgeSeconds` interrupts everything; shorter ones do not. A frame not later than the one before
 * is passed over.
 */
import {
  type Chunk,
  type Emit,
  type NodeContext,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
} from '../../signal/index.ts'
import { bindOnce, checkPhysical, readOption, readTerms } from '../_event-time/language.ts'
import { newProgram, type Program } from '../_event-time/program.ts'
import { unitOf } from '../_event-time/units.ts'
import { refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type RuleOptions, ruleOptions } from './options.ts'
import { type ParsedRule, parseSteps } from './parsed-rule.ts'
import { parseRuleText } from './rule-text.ts'
import { newStepRun, type StepRun } from './step-run.ts'

/** Less than any time between two frames. */
const tickSeconds = 1e-9

export const rule: NodeDefinition<RuleOptions> = {
  id: 'rule',
  title: 'Rule',
  help: 'Sends an event when a rule in plain words is met: sequences, absences, repetitions.',
  options: ruleOptions,
  inputs: [
    { name: 'in', help: 'Features, scores or a signal in float32; of several streams, aligned.' },
  ],
  outputs: [{ name: 'out', help: 'One frame per event.' }],
  cost: { work: 3.7, given: 0.012 },
  open(context): NodeInstance {
    const { parsed, steps, value, unit } = readRule(context)
    const { memory, options } = context
    const channels = [
      physicalChannel('since onset', 'MISC', 's'),
      physicalChannel('duration', 'MISC', 's'),
      physicalChannel('value', 'MISC', unit),
    ]
    const output = newSignalBuffer(memory, channels.length, 1)
    const last = steps[steps.length - 1]!
    const mostSeconds = parsed.withinSeconds ?? Number.POSITIVE_INFINITY
    const state = {
      ...Object.fromEntries(steps.map((step, i) => [`step${i}`, step.state])),
      time: Number.NEGATIVE_INFINITY,
      quietUntil: Number.NEGATIVE_INFINITY,
      events: 0,
      /** Of an event that is met and not over. */
      isPending: false,
      onset: 0,
      value: 0,
      /** Of the last frame. */
      lastValue: 0,
      hostTime: 0,
      /** What the source has said of itself. */
      told: Number.NEGATIVE_INFINITY,
    }
    const isSparse = ['Events', 'Markers'].includes(context.inputs.in!.type)

    function send(end: number, time: number, hostTime: number, emit: Emit): void {
      state.isPending = false
      state.quietUntil = time + parsed.notAgainForSeconds
      output.data[0] = time - state.onset
      output.data[1] = end - state.onset
      output.data[2] = state.value
      output.firstSample = state.events++
      output.frames = 1
      output.time[0] = time
      output.hostTime[0] = hostTime
      emit.chunk('out', output)
    }

    /** From the last step to the first, so that what one frame meets is there for the next. */
    function match(f: number): boolean {
      for (let k = steps.length - 1; k >= 0; k--) {
        const before = k > 0 ? steps[k - 1]!.moments : null
        const onset = steps[k]!.metSince(before, mostSeconds)
        if (Number.isNaN(onset)) continue
        if (steps[k] !== last) {
          steps[k]!.moments.add(state.time, onset)
          continue
        }
        meet(onset, value.answer[f]!)
        return true
      }
      return false
    }

    function meet(onset: number, value: number): void {
      state.onset = onset
      state.value = value
      for (let s = 0; s < steps.length; s++) steps[s]!.clear()
      state.isPending = true
    }

    /** The step that is met first by silence before `limit`; 0, which never is, for none. */
    function soonestAbsent(limit: number): number {
      let [soonest, step] = [limit, 0]
      for (let k = 1; k < steps.length; k++) {
        const deadline = steps[k]!.absentBy(steps[k - 1]!.moments, soonest)
        if (Number.isNaN(deadline)) continue
        soonest = deadline
        step = k
      }
      return step
    }

    /** Nothing has come before `limit`: meets what waits for that, at its own times. */
    function passSilence(limit: number, emit: Emit): void {
      for (let k = soonestAbsent(limit); k > 0 && !state.isPending; k = soonestAbsent(limit)) {
        const before = steps[k - 1]!.moments
        const time = Math.max(steps[k]!.absentBy(before, limit), state.quietUntil)
        if (!(time < limit)) return
        const onset = steps[k]!.meetAbsent(before, time, mostSeconds)
        if (Number.isNaN(onset)) continue
        if (steps[k] !== last) {
          steps[k]!.moments.add(time, onset)
          continue
        }
        meet(onset, state.lastValue)
        if (parsed.event === 'met') send(time, time, state.hostTime, emit)
      }
    }

    /** @returns whether an event was sent that the interruption ended */
    function interrupt(time: number, hostTime: number, emit: Emit): boolean {
      for (let s = 0; s < steps.length; s++) steps[s]!.interrupt()
      if (!state.isPending) return false
      send(state.time, time, hostTime, emit)
      return true
    }

    /** @returns whether an event was sent that was over with the frame before */
    function endFrame(time: number, hostTime: number, emit: Emit): boolean {
      for (let s = 0; s < steps.length; s++) steps[s]!.endFrame()
      if (!state.isPending || last.state.running) return false
      send(last.state.ceased, time, hostTime, emit)
      return true
    }

    function see(chunk: Chunk, f: number, emit: Emit): void {
      const time = chunk.time[f]!
      if (!(time > state.time && time > state.told)) return
      const hostTime = chunk.hostTime[f]!
      let hasSent = false
      const silence = time - Math.max(state.time, state.told)
      if (isSparse) hasSent = endFrame(time, hostTime, emit)
      if (silence > options.bridgeSeconds) hasSent = interrupt(time, hostTime, emit) || hasSent
      else if (isSparse) passSilence(time, emit)
      for (let s = 0; s < steps.length; s++) steps[s]!.see(chunk, f)
      state.time = time
      state.hostTime = hostTime
      state.lastValue = value.answer[f]!
      if (state.isPending) {
        if (!last.state.running) send(last.state.ceased, time, hostTime, emit)
      } else if (!hasSent && time >= state.quietUntil && match(f)) {
        if (parsed.event === 'met') send(time, time, hostTime, emit)
      }
    }

    return {
      outputs: {
        out: deriveStream(context.inputs.in!, {
          node: context.id,
          kind: 'rule',
          type: 'Events',
          nominalRateHz: 0,
          channels,
          options,
        }),
      },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        for (let s = 0; s < steps.length; s++) steps[s]!.evaluate(chunk)
        value.run(chunk)
        for (let f = 0; f < chunk.frames; f++) see(chunk, f, emit)
      },
      // The frames' times tell of a gap.
      gap() {},
      watermark(_port, time, emit) {
        if (isSparse && time > state.told) {
          state.told = time
          // At `time` itself nothing has come either.
          passSilence(time + tickSeconds, emit)
        }
        emit.watermark('out', time)
      },
    }
  },
}

interface ReadRule {
  readonly parsed: ParsedRule
  readonly steps: readonly StepRun[]
  readonly value: Program
  readonly unit: string
}

/** @throws SynapseError graph-invalid, naming the place in the rule */
function readRule({ id, inputs, options, memory, maxFrames }: NodeContext<RuleOptions>): ReadRule {
  const input = inputs.in!
  const node = { id, kind: 'rule' }
  checkPhysical(node, input)
  const periodSeconds = input.nominalRateHz > 0 ? 1 / input.nominalRateHz : 0
  if (options.bridgeSeconds < periodSeconds) {
    throw refusal(
      node,
      `the frames of "${input.name}" are ${periodSeconds} s apart, more than bridgeSeconds = ${options.bridgeSeconds}`,
      `Choose bridgeSeconds from ${2 * periodSeconds} s on.`,
    )
  }
  const terms = readTerms(node, options.terms)
  return readOption(node, 'rule', () => {
    const parsed =
      typeof options.rule === 'string'
        ? parseRuleText(options.rule, terms)
        : parseSteps(options.rule, terms)
    const bound = bindOnce(parsed.value, input)
    return {
      parsed,
      steps: parsed.steps.map((step) => newStepRun(step, input, memory, maxFrames)),
      value: newProgram(bound, memory, maxFrames),
      unit: unitOf(bound, input) ?? '1',
    }
  })
}
