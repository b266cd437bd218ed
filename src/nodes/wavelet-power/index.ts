/**
 * Power under Morlet wavelets (Tallon-Baudry et al. 1997), one output channel per channel and
 * frequency: the squared magnitude of the convolution with wavelets of energy 2 and mean 0, as
 * mne.time_frequency.tfr_array_morlet(output="power"), in unit squared or in dB of that. All
 * frequencies are about the same moment, which lies half the longest wavelet, 5 × cycles / (2π f)
 * seconds of its lowest frequency, before the newest sample: that is the declared delay. A window
 * with a value that is not finite gives NaN for that channel; after a gap values resume with the
 * first full window.
 */
import { type Channel, type NodeDefinition, physicalChannel } from '../../signal/index.ts'
import { type NodeName, rateOf, refusal } from '../_opening/refusal.ts'
import { decibel } from '../_spectrum/decibel.ts'
import { roundHz } from '../_spectrum/frequency-range.ts'
import { openWindowNode } from '../_window/window-node.ts'
import { planWindow } from '../_window/window-plan.ts'
import { halfLength, newWavelet, waveletPower as powerUnder } from './morlet.ts'
import { type WaveletPowerOptions, waveletPowerOptions } from './options.ts'

export const waveletPower: NodeDefinition<WaveletPowerOptions> = {
  id: 'wavelet-power',
  title: 'Wavelet power',
  help: 'Power over time at chosen frequencies, with Morlet wavelets.',
  options: waveletPowerOptions,
  inputs: [{ name: 'in', help: 'A signal in float32.' }],
  outputs: [{ name: 'out', help: 'One value per channel and frequency.' }],
  cost: { work: 160, given: 0.77 },
  open(context) {
    const { frequenciesHz, cycles, hopSeconds, scale } = context.options
    const input = context.inputs.in!
    const node = { id: context.id, kind: 'wavelet-power' }
    const rateHz = rateOf(node, input)
    checkFrequencies(node, frequenciesHz, rateHz)
    const half = Math.max(...frequenciesHz.map((hz) => halfLength(hz, cycles, rateHz)))
    const windowSeconds = (2 * half + 1) / rateHz
    const plan = planWindow(node, input, { windowSeconds, hopSeconds }, { fewest: 3 })
    const wavelets = frequenciesHz.map((hz) => newWavelet(hz, cycles, rateHz))
    const inDecibel = scale === 'dB'
    return openWindowNode(context, {
      ...node,
      plan,
      work: {
        values: wavelets.length,
        nanoseconds: wavelets.reduce((sum, { re }) => sum + 3 * re.length, 0),
        compute(segment, into, at) {
          for (let w = 0; w < wavelets.length; w++) {
            const power = powerUnder(wavelets[w]!, segment, half)
            into[at + w] = inDecibel ? decibel(power) : power
          }
        },
      },
      channels: (channel) => waveletChannels(channel, frequenciesHz, inDecibel),
    })
  },
}

function waveletChannels(channel: Channel, hz: readonly number[], inDecibel: boolean): Channel[] {
  const unit = inDecibel ? 'dB' : `${channel.unit}^2`
  return hz.map((each) => physicalChannel(`${channel.label} ${roundHz(each)} Hz`, 'MISC', unit))
}

function checkFrequencies(node: NodeName, frequenciesHz: readonly number[], rateHz: number): void {
  const tooHigh = frequenciesHz.find((hz) => hz >= rateHz / 2)
  if (tooHigh === undefined) return
  throw refusal(
    node,
    `frequenciesHz holds ${tooHigh} Hz, but the stream runs at ${rateHz} Hz`,
    `Keep the frequencies below ${rateHz / 2} Hz.`,
  )
}
