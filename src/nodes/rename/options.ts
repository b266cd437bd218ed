import { z } from 'zod'
import { option } from '../../signal/index.ts'

const types = [
  'EEG',
  'EOG',
  'ECG',
  'EMG',
  'PPG',
  'ACCEL',
  'GYRO',
  'TRIG',
  'REF',
  'TEMP',
  'SYSCLOCK',
  'MISC',
] as const

export const renameOptions = z.strictObject({
  labels: option(z.record(z.string(), z.string().trim().min(1)).default({}), {
    help: 'New labels by old label, or by index where labels repeat.',
  }),
  types: option(z.record(z.string(), z.enum(types)).default({}), {
    help: 'New BIDS types by old label or index: EEG, EOG, ECG, EMG, REF, MISC …',
  }),
})

export type RenameOptions = z.infer<typeof renameOptions>
