import { z } from 'zod'
import { option } from '../../signal/index.ts'

const sensors = ['raw', 'EEG', 'ECG', 'EMG'] as const

export const bitalinoOptions = z.strictObject({
  rateHz: option(
    z.union([z.literal(1000), z.literal(100), z.literal(10), z.literal(1)]).default(1000),
    {
      help: 'Samples a second.',
      unit: 'Hz',
    },
  ),
  inputs: option(z.int().min(1).max(6).default(6), {
    help: 'So many of the inputs A1 to A6; the last two have 6 bits.',
  }),
  sensors: option(z.array(z.enum(sensors)).max(6).default([]), {
    help: 'What is plugged in at A1, A2 …: with its sensor, an input is told in microvolts.',
  }),
})
export type BitalinoOptions = z.infer<typeof bitalinoOptions>
