import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const npgOptions = z.strictObject({
  labels: option(
    z.array(z.string().min(1)).length(3, 'an NPG Lite has 3 channels').default(['A0', 'A1', 'A2']),
    { help: 'What is at each of the inputs.' },
  ),
  signal: option(z.enum(['EEG', 'EMG', 'ECG', 'EOG']).default('EEG'), {
    help: 'What is measured.',
  }),
  rateHz: option(z.number().min(50).max(2000).default(500), {
    help: 'Sampling rate of the firmware on the board.',
    unit: 'Hz',
  }),
  samplesPerPacket: option(z.int().min(1).max(35).default(10), {
    help: 'Samples in each notification of the firmware on the board.',
  }),
  gain: option(z.number().positive().optional(), {
    help: 'Gain of the amplifier before the converter; without it, samples are the converter’s counts.',
  }),
  adcReferenceV: option(z.number().positive().default(3.3), {
    help: 'Voltage at the converter’s highest count.',
    unit: 'V',
  }),
  adcBits: option(z.int().min(8).max(16).default(12), { help: 'Resolution of the converter.' }),
})

export type NpgOptions = z.infer<typeof npgOptions>
