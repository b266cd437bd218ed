/**
 * Takes muscle activity out: windows whose high-frequency power stands out are separated into
 * components by canonical correlation with their own past, and the noise-like ones are removed
 * (De Clercq et al. 2006). Windows overlap by half and are cross-faded; see `overlap-windows.ts`
 * for delay, gaps and values that are not finite. Needs several channels: with n channels there
 * are n components to choose from.
 */
import { SymmetricEigen } from '../../kernels/index.ts'
import {
  type NodeDefinition,
  type NodeInstance,
  physicalChannel,
  type StreamInfo,
  strideFor,
} from '../../signal/index.ts'
import { newOverlapWindows } from '../_artifact/overlap-windows.ts'
import { donePort, newRemovalRecord } from '../_artifact/removal-record.ts'
import { refusal } from '../_opening/refusal.ts'
import { deriveStream } from '../_stream/derive.ts'
import { newBurstDetector } from './burst-detector.ts'
import { newLaggedComponents } from './lagged-components.ts'
import { type MuscleOptions, muscleOptions } from './options.ts'

const kind = 'muscle'
/** Values of a window, over all channels. */
const maxWindow = 2 ** 22

export const muscle: NodeDefinition<MuscleOptions> = {
  id: 'muscle',
  title: 'Muscle activity',
  help: 'Finds muscle activity by its high frequencies, and removes it by canonical correlation.',
  options: muscleOptions,
  inputs: [{ name: 'in', help: 'A signal in float32, two channels or more of one unit.' }],
  outputs: [{ name: 'out', help: 'The signal without muscle components.' }, donePort],
  cost: { work: 24, given: 1 },
  open({ id, inputs, options, memory, maxFrames }): NodeInstance {
    const input = inputs.in!
    const windowFrames = planWindow(id, input, options)
    const rateHz = input.nominalRateHz
    const count = input.channels.length
    const stride = strideFor(count)
    const lag = Math.max(1, Math.round((options.lagMs / 1000) * rateHz))
    const detector = newBurstDetector(memory, {
      channels: count,
      stride,
      frames: windowFrames,
      cutHz: options.detectAboveHz,
      rateHz,
    })
    const components = newLaggedComponents(memory, new SymmetricEigen(memory, count), lag)
    const { mean, removal } = components
    const record = newRemovalRecord({
      node: id,
      kind,
      input,
      memory,
      windowSeconds: options.recordSeconds,
      own: [
        physicalChannel('components removed', 'MISC', '1'),
        physicalChannel('highest z', 'MISC', '1'),
      ],
      options,
    })

    function takeComponents(window: Float32Array, removed: Float32Array): void {
      for (let f = 0; f < windowFrames; f++) {
        const at = f * stride
        for (let i = 0; i < count; i++) {
          let sum = 0
          for (let j = 0; j < count; j++)
            sum += removal[i * count + j]! * (window[at + j]! - mean[j]!)
          removed[at + i] = sum
        }
      }
    }

    const windows = newOverlapWindows(memory, {
      channels: count,
      windowFrames,
      maxFrames,
      record,
      remove(window, removed) {
        const found = detector.judge(window, options.detectZ ?? Number.POSITIVE_INFINITY)
        record.own[1] = -100
        for (let c = 0; c < count; c++) record.own[1] = Math.max(record.own[1]!, detector.z[c]!)
        record.own[0] = 0
        removed.fill(0)
        if (!found && options.detectZ !== null) return
        record.own[0] = components.separate(window, windowFrames, stride, options.keepAbove)
        if (record.own[0] > 0) takeComponents(window, removed)
      },
    })

    return {
      outputs: { out: deriveStream(input, { node: id, kind, options }), done: record.info },
      delaySamples: windows.delaySamples,
      state: { windows: windows.state, record: record.state, detector: detector.state },
      process: (_port, chunk, emit) => windows.process(chunk, emit),
      gap: (_port, gap, emit) => windows.gap(gap, emit),
    }
  },
}

/** An even number of frames. @throws SynapseError graph-invalid */
function planWindow(id: string, input: StreamInfo, options: MuscleOptions): number {
  const { nominalRateHz: rate, channels, name } = input
  const refuse = (reason: string, remedy?: string) => refusal({ id, kind }, reason, remedy)
  if (channels.length < 2) throw refuse(`"${name}" has one channel, two or more are needed`)
  if (options.detectAboveHz >= rate / 2) {
    throw refuse(
      `detectAboveHz = ${options.detectAboveHz} at ${rate} Hz`,
      `Choose less than ${rate / 2} Hz.`,
    )
  }
  const frames = 2 * Math.round((options.windowSeconds * rate) / 2)
  const fewest = 2 * channels.length + Math.round((options.lagMs / 1000) * rate)
  const most = Math.floor(maxWindow / strideFor(channels.length))
  if (frames >= fewest && frames <= most) return frames
  throw refuse(
    `windowSeconds = ${options.windowSeconds} gives ${frames} samples, allowed are ${fewest} to ${most}`,
    `Choose from ${fewest / rate} to ${most / rate} s.`,
  )
}
