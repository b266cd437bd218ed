import { z } from 'zod'
import { option } from '../../signal/index.ts'

/** Options of every stream that comes over the network. */
export const valueOptions = {
  labels: option(z.array(z.string().min(1)).max(4096).default([]), {
    help: 'Names of the channels; without it those that the sender tells, or numbers.',
  }),
  rateHz: option(z.number().min(0).max(100_000).default(0), {
    help: 'Samples a second; 0: what the sender tells, or irregular.',
    unit: 'Hz',
  }),
  type: option(z.string().min(1).default('EEG'), { help: 'Content type, where none is told.' }),
  unit: option(z.string().min(1).default('uV'), { help: 'Of the values, where none is told.' }),
  stream: option(z.string().default(''), {
    help: 'Which of the streams that come is received; without it the first.',
  }),
  name: option(z.string().default(''), { help: 'Name of the stream in files.' }),
}

const schema = z.strictObject(valueOptions)
export type ValueOptions = z.infer<typeof schema>
