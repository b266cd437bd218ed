/**
 * Features measured against a baseline that is kept by key, for longer than a session: mean and
 * standard deviation of every channel, of one subject, session, condition. A neurofeedback threshold
 * behind it (`'alpha z' above 0.5`) so goes on from where the last session ended.
 *
 * Each frame is measured against the frames before it, then learnt from if `learnWhile` holds.
 * Until a baseline has `fewestFrames` its frames are left out, which is a gap with reason `dropped`.
 * What is learnt is saved every `saveSeconds`, and when `keyChannel` goes over to another baseline,
 * which costs a call to the store: it should tell conditions, not frames. What the store has under a
 * key for other channels is no baseline, and begun anew.
 */
import {
  type Channel,
  type Chunk,
  type Emit,
  type NodeContext,
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { parseExpression } from '../_event-time/expression.ts'
import { bindOnce, checkPhysical, readOption, readTerms } from '../_event-time/language.ts'
import { newProgram, type Program } from '../_event-time/program.ts'
import { isTrue } from '../_event-time/truth.ts'
import { type NodeName, refusal } from '../_opening/refusal.ts'
import { deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { type BaselineOptions, baselineOptions } from './options.ts'
import { newRunningBaseline } from './running-baseline.ts'

const secondsPerDay = 86_400

export const baseline: NodeDefinition<BaselineOptions> = {
  id: 'baseline',
  title: 'Baseline',
  help: 'Measures features against a baseline per subject or condition, kept from session to session.',
  options: baselineOptions,
  inputs: [{ name: 'in', help: 'Features in float32.' }],
  outputs: [{ name: 'out', help: 'In standard deviations from the mean of the baseline.' }],
  cost: { work: 17, given: 1 },
  open(context): NodeInstance {
    const { id, options, memory, maxFrames } = context
    const input = context.inputs.in!
    const node = { id, kind: 'baseline' }
    checkPhysical(node, input)
    const keyAt = keyChannelOf(node, input, options)
    const measured = input.channels.flatMap((_, index) => (index === keyAt ? [] : [index]))
    const labels = measured.map((index) => input.channels[index]!.label)
    const baseline = newRunningBaseline(
      memory,
      labels,
      options.memoryFrames ?? Number.POSITIVE_INFINITY,
    )
    const learnWhile = readCondition(node, context)
    const channels = channelsOf(input, measured, options.tell)
    const output = newSignalBuffer(memory, channels.length, maxFrames)
    const values = memory.float32(measured.length)
    const keyed = context.keyed(options.consistency)
    const life = (options.timeToLiveDays ?? Number.POSITIVE_INFINITY) * secondsPerDay
    const state = {
      baseline: baseline.state,
      /** Rounded value of the key channel; NaN before the first frame. */
      code: Number.NaN,
      isChanged: false,
      savedAt: 0,
      /** Frames left out since the last that was sent. */
      missing: 0,
      missingFrom: 0,
    }

    const key = () => (keyAt < 0 ? options.key : `${options.key}/${state.code}`)

    function save(time: number): void {
      if (state.isChanged) keyed.put(key(), baseline.entry(), time, life)
      state.isChanged = false
      state.savedAt = time
    }

    /** Goes over to the baseline of this frame, if it is another one. */
    function choose(chunk: Chunk, f: number): void {
      const code = keyAt < 0 ? 0 : Math.round(chunk.data[f * chunk.stride + keyAt]!)
      if (code === state.code || Number.isNaN(code)) return
      const time = chunk.time[f]!
      if (!Number.isNaN(state.code)) save(time)
      state.code = code
      state.savedAt = time
      baseline.take(keyed.get(key(), time))
    }

    function send(emit: Emit): void {
      if (output.frames > 0) emit.chunk('out', output)
      output.frames = 0
    }

    function leaveOut(index: number, emit: Emit): void {
      send(emit)
      if (state.missing++ === 0) state.missingFrom = index
    }

    function tellMissing(emit: Emit): void {
      send(emit)
      if (state.missing === 0) return
      const { missingFrom: atSample, missing: lostSamples } = state
      state.missing = 0
      emit.gap('out', { atSample, lostSamples, exact: true, reason: 'dropped' })
    }

    function write(chunk: Chunk, f: number): void {
      const at = output.frames * output.stride
      const { length } = measured
      for (let c = 0; c < length; c++) {
        output.data[at + c] = baseline.measure(values[c]!, c)
        if (!options.tell) continue
        output.data[at + length + c] = baseline.state.means[c]!
        output.data[at + 2 * length + c] = baseline.deviation(c)
      }
      if (options.tell) output.data[at + 3 * length] = baseline.frames()
      if (output.frames === 0) output.firstSample = chunk.firstSample + f
      output.time[output.frames] = chunk.time[f]!
      output.hostTime[output.frames] = chunk.hostTime[f]!
      output.frames++
    }

    function see(chunk: Chunk, f: number, emit: Emit): void {
      choose(chunk, f)
      for (let c = 0; c < measured.length; c++) {
        values[c] = chunk.data[f * chunk.stride + measured[c]!]!
      }
      if (Number.isNaN(state.code) || baseline.frames() < options.fewestFrames) {
        leaveOut(chunk.firstSample + f, emit)
      } else {
        if (state.missing > 0) tellMissing(emit)
        write(chunk, f)
      }
      if (Number.isNaN(state.code) || !(learnWhile === null || isTrue(learnWhile.answer[f]!)))
        return
      baseline.learn(values, 0)
      state.isChanged = true
      if (chunk.time[f]! - state.savedAt >= options.saveSeconds) save(chunk.time[f]!)
    }

    return {
      outputs: {
        out: deriveStream(input, {
          node: id,
          kind: 'baseline',
          type: 'Features',
          channels,
          options,
        }),
      },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        learnWhile?.run(chunk)
        output.frames = 0
        for (let f = 0; f < chunk.frames; f++) see(chunk, f, emit)
        send(emit)
      },
      gap(_port, gap, emit) {
        tellMissing(emit)
        emit.gap('out', gap)
      },
    }
  },
}

/** @returns −1 for none */
function keyChannelOf(node: NodeName, input: StreamInfo, { keyChannel }: BaselineOptions): number {
  if (keyChannel === null) return -1
  const index = input.channels.findIndex(({ label }) => label === keyChannel)
  if (index >= 0 && input.channels.length > 1) return index
  const labels = input.channels.map(({ label }) => label).join(', ')
  throw refusal(
    node,
    `keyChannel = "${keyChannel}" is no channel of "${input.name}" beside others`,
    `Choose one of ${labels}.`,
  )
}

function readCondition(
  node: NodeName,
  { inputs, options, memory, maxFrames }: NodeContext<BaselineOptions>,
): Program | null {
  const { learnWhile } = options
  if (learnWhile === null) return null
  const terms = readTerms(node, options.terms)
  const bound = readOption(node, 'learnWhile', () =>
    bindOnce(parseExpression(learnWhile, terms), inputs.in!),
  )
  return newProgram(bound, memory, maxFrames)
}

function channelsOf(input: StreamInfo, measured: readonly number[], tell: boolean): Channel[] {
  const all = measured.map((index) => input.channels[index]!)
  const named = (word: string, unitOf: (channel: Channel) => string) =>
    all.map((channel) => physicalChannel(`${channel.label} ${word}`, 'MISC', unitOf(channel)))
  const z = named('z', () => '1')
  if (!tell) return z
  const own = ({ unit }: Channel) => unit
  return [
    ...z,
    ...named('mean', own),
    ...named('deviation', own),
    physicalChannel('baseline frames', 'MISC', '1'),
  ]
}
