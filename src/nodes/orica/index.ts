/**
 * Removes eye and other artifacts as independent components, learnt and judged while the signal
 * runs (ORICA, Hsu et al. 2016). Components that follow the EOG, or whose kurtosis stands out, are
 * faded out within a twentieth of a second and in again. Takes the channels of type EEG and EOG
 * together; others pass untouched. Causal, without delay. Gaps forget nothing but the high-pass.
 * Values that are not finite pass; a frame with one teaches nothing.
 */
import {
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
} from '../../signal/index.ts'
import { newHighPass } from '../_artifact/high-pass.ts'
import { donePort, newRemovalRecord } from '../_artifact/removal-record.ts'
import { refusal } from '../_opening/refusal.ts'
import { frontalChannels } from '../_scalp/frontal.ts'
import { copyTimes, deriveStream, newSignalBuffer } from '../_stream/derive.ts'
import { newComponentJudge } from './component-judge.ts'
import { newOnlineIca } from './online-ica.ts'
import { type OricaOptions, oricaOptions } from './options.ts'

const kind = 'orica'
const maxChannels = 128
const fadeSeconds = 0.05
/** How often the rotation is made orthogonal. */
const orthogonaliseSeconds = 0.04
/** Below, a component counts as faded in. */
const leastGain = 1e-3
const ownChannels = [
  physicalChannel('components removed', 'MISC', '1'),
  physicalChannel('highest correlation', 'MISC', '1'),
  physicalChannel('highest kurtosis', 'MISC', '1'),
]

export const orica: NodeDefinition<OricaOptions> = {
  id: 'orica',
  title: 'Online ICA',
  help: 'Learns independent components online and removes those of the eyes.',
  options: oricaOptions,
  inputs: [{ name: 'in', help: 'EEG, with EOG channels if there are any, in one unit.' }],
  outputs: [{ name: 'out', help: 'The signal without the artifact components.' }, donePort],
  cost: { work: 210, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const rateHz = input.nominalRateHz
    const { picked, references } = pickChannels(id, input, options)
    const n = picked.length
    const output = newSignalBuffer(memory, input.channels.length, maxFrames)
    const { stride } = output
    const fading = (seconds: number) => Math.exp(-1 / (seconds * rateHz))
    const passing = (cutHz: number) =>
      newHighPass(memory, { channels: input.channels.length, cutHz, rateHz, maxFrames })
    const [highPass, wide] = [passing(options.highPassHz), passing(options.changeAboveHz)]
    const ica = newOnlineIca(memory, {
      channels: n,
      steadyRate: 1 - fading(options.memorySeconds),
      cooling: options.cooling,
      orthogonaliseFrames: Math.max(1, Math.round(orthogonaliseSeconds * rateHz)),
    })
    const keep = fading(options.judgeSeconds)
    const judge = newComponentJudge(memory, n, references.length, keep)
    const [frame, pattern, filter] = [memory.float64(n), memory.float64(n), memory.float64(n)]
    const eyes = memory.float64(references.length)
    const gain = memory.float64(n)
    const record = newRemovalRecord({
      node: id,
      kind,
      input,
      memory,
      windowSeconds: options.recordSeconds,
      own: ownChannels,
      options,
    })
    const settleFrames = options.settleSeconds * rateHz
    const fadeShare = 1 - fading(fadeSeconds)
    const state = {
      ica: ica.state,
      judge: judge.state,
      highPass: highPass.state,
      wide: wide.state,
      record: record.state,
      gain,
      learnt: 0,
    }

    function isArtifact(k: number): boolean {
      if (state.learnt < settleFrames) return false
      const { correlationAbove, kurtosisAbove } = options
      if (correlationAbove !== null && judge.correlation[k]! > correlationAbove) return true
      return kurtosisAbove !== null && judge.kurtosis[k]! > kurtosisAbove
    }

    function subtractComponents(at: number): void {
      let removed = 0
      let correlation = 0
      let kurtosis = 0
      for (let k = 0; k < n; k++) {
        if (judge.correlation[k]! > correlation) correlation = judge.correlation[k]!
        if (judge.kurtosis[k]! > kurtosis) kurtosis = judge.kurtosis[k]!
        gain[k] = gain[k]! + ((isArtifact(k) ? 1 : 0) - gain[k]!) * fadeShare
        if (gain[k]! < leastGain) continue
        removed++
        subtractComponent(k, at)
      }
      record.own[0] = removed
      record.own[1] = correlation
      record.own[2] = kurtosis
    }

    function subtractComponent(k: number, at: number): void {
      ica.pattern(k, pattern)
      ica.filter(k, filter)
      let amount = 0
      for (let i = 0; i < n; i++) amount += filter[i]! * wide.data[at + picked[i]!]!
      amount *= gain[k]!
      for (let i = 0; i < n; i++) {
        const c = at + picked[i]!
        output.data[c] = output.data[c]! - amount * pattern[i]!
      }
    }

    function clean(data: Float32Array, at: number): void {
      let sound = true
      for (let c = 0; c < stride; c++) output.data[at + c] = data[at + c]!
      for (let i = 0; i < n; i++) {
        if (!Number.isFinite(data[at + picked[i]!]!)) sound = false
        frame[i] = highPass.data[at + picked[i]!]!
      }
      for (let r = 0; r < references.length; r++) eyes[r] = highPass.data[at + references[r]!]!
      ica.take(frame)
      subtractComponents(at)
      if (!sound) return
      judge.learn(ica.activations, eyes)
      ica.learn(judge.kurtosis)
      state.learnt++
    }

    return {
      outputs: { out: deriveStream(input, { node: id, kind, options }), done: record.info },
      delaySamples: 0,
      state,
      process(_port, chunk, emit) {
        const data = chunk.data as Float32Array
        highPass.take(chunk)
        wide.take(chunk)
        copyTimes(chunk, output)
        for (let f = 0; f < chunk.frames; f++) {
          const at = f * stride
          clean(data, at)
          record.frame(data, at, output, f, emit)
        }
        emit.chunk('out', output)
      },
      gap(_port, gap, emit) {
        highPass.restart()
        wide.restart()
        record.gap(gap, emit)
        emit.gap('out', gap)
      },
    }
  },
}

/** The channels that are separated, and those that show the eyes. @throws SynapseError graph-invalid */
function pickChannels(id: string, input: StreamInfo, options: OricaOptions) {
  const { channels, nominalRateHz, name } = input
  const refuse = (reason: string) => refusal({ id, kind }, reason)
  const ofType = (...types: string[]) =>
    channels.flatMap(({ type }, index) => (types.includes(type) ? [index] : []))
  const picked = ofType('EEG', 'EOG')
  if (picked.length < 2 || picked.length > maxChannels) {
    throw refuse(
      `"${name}" has ${picked.length} EEG and EOG channels, allowed are 2 to ${maxChannels}`,
    )
  }
  for (const name of ['highPassHz', 'changeAboveHz'] as const) {
    if (options[name] < nominalRateHz / 2) continue
    throw refuse(
      `${name} = ${options[name]} at ${nominalRateHz} Hz, allowed is less than ${nominalRateHz / 2}`,
    )
  }
  const eog = ofType('EOG')
  const references = eog.length ? eog : frontalChannels(input)
  return { picked: Int32Array.from(picked), references: Int32Array.from(references) }
}
