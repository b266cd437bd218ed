import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { recordOption } from '../_artifact/options.ts'

export const oricaOptions = z.strictObject({
  correlationAbove: option(z.number().min(0.1).max(1).nullable().default(0.7), {
    help: 'Removes components that correlate more with the EOG channels, or with the EEG channels nearest to the eyes; null: none.',
  }),
  kurtosisAbove: option(z.number().min(0.5).max(1000).nullable().default(null), {
    help: 'Removes components of higher excess kurtosis, as rare large events have it; null: none.',
  }),
  memorySeconds: option(z.number().min(1).max(3600).default(60), {
    help: 'Time constant of learning once it has settled.',
    unit: 's',
  }),
  cooling: option(z.number().min(0.5).max(1).default(0.6), {
    help: 'How fast learning slows down from the start: the rate falls with frames to this power.',
  }),
  judgeSeconds: option(z.number().min(0.5).max(120).default(5), {
    help: 'Time constant with which correlation and kurtosis of a component are followed.',
    unit: 's',
  }),
  settleSeconds: option(z.number().min(0).max(600).default(10), {
    help: 'Nothing is removed before so many seconds of learning.',
    unit: 's',
  }),
  highPassHz: option(z.number().min(0.05).max(20).default(1), {
    help: 'Learns from the signal above only, because drifts hide the components.',
    unit: 'Hz',
  }),
  changeAboveHz: option(z.number().min(0.01).max(20).default(0.1), {
    help: 'Below, nothing is changed: offsets stay.',
    unit: 'Hz',
  }),
  recordSeconds: recordOption,
})

export type OricaOptions = z.infer<typeof oricaOptions>
