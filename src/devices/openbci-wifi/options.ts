import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { cytonOptions } from '../_cyton/options.ts'

const { gains, off, outOfBias, bipolar, testSignal } = cytonOptions.shape

export const wifiOptions = z.strictObject({
  rateHz: option(z.int().min(200).max(25_600).default(250), {
    help: 'Samples a second. Cyton: 250 to 16000 in steps of two; Ganglion: 200 to 25600. Above 1000 the network must be good.',
    unit: 'Hz',
  }),
  labels: option(z.array(z.string().min(1)).max(16).default([]), {
    help: 'Electrode at each input; without it those that the driver of the board by cable or radio names.',
  }),
  gains,
  off,
  outOfBias,
  bipolar,
  testSignal,
  pins: option(z.enum(['accelerometer', 'digital', 'analog']).default('accelerometer'), {
    help: 'What the auxiliary bytes of a Cyton bear: the accelerometer, pins D11 D12 D17, or A5 A6. The shield itself needs the others.',
  }),
  output: option(z.enum(['raw', 'json']).default('raw'), {
    help: 'How the shield sends samples. json: as text in nanovolts, with its clock, without accelerometer, pins and a Ganglion’s impedance, and at most 10 (Daisy: 6) every latencyMs.',
  }),
  port: option(z.int().min(0).max(65_535).default(0), {
    help: 'Of ours, to which the shield connects; 0: any. Let it through the firewall.',
  }),
  latencyMs: option(z.number().min(1).max(1000).default(10), {
    help: 'So long the shield gathers samples before it sends them. For 4000 Hz and more, about 20.',
    unit: 'ms',
  }),
})

export type WifiOptions = z.infer<typeof wifiOptions>
