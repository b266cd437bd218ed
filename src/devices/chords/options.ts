import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const chordsOptions = z.strictObject({
  baudRate: option(z.enum(['auto', '230400', '115200']).default('auto'), {
    help: 'Speed of the port; "auto" tries both that the firmware has.',
    unit: 'Bd',
  }),
  labels: option(z.array(z.string().min(1)).max(16).default([]), {
    help: 'Electrode or muscle at each of the inputs; those not named are CH1, CH2 and so on.',
  }),
  signal: option(z.enum(['EEG', 'ECG', 'EMG', 'EOG']).default('EEG'), {
    help: 'What the front end measures.',
  }),
  referenceVolts: option(z.number().positive().max(10).nullable().default(null), {
    help: 'Of the converter: 5 or 3.3, by the board. With the gain, samples are worth microvolts.',
    unit: 'V',
  }),
  gain: option(z.number().positive().max(1e6).nullable().default(null), {
    help: 'Of the amplifier before the converter; the wire says neither this nor the reference.',
  }),
})
export type ChordsOptions = z.infer<typeof chordsOptions>
