import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { recordOption } from '../_artifact/options.ts'

export const motionOptions = z.strictObject({
  action: option(z.enum(['regress', 'flag']).default('regress'), {
    help: 'Regress: subtracts what follows the acceleration. Flag: only tells in the record.',
  }),
  movingAbove: option(z.number().positive().default(0.05), {
    help: 'Acceleration without gravity above this is movement, in the unit of the accelerometer; weights are learnt during movement only.',
  }),
  gravitySeconds: option(z.number().min(0.1).max(60).default(2), {
    help: 'Time constant with which gravity is followed and taken off the acceleration.',
    unit: 's',
  }),
  memorySeconds: option(z.number().min(1).max(3600).default(20), {
    help: 'Time constant of moving time with which learnt weights fade.',
    unit: 's',
  }),
  waitSeconds: option(z.number().min(0).max(5).default(0.25), {
    help: 'A sample waits at most so long for the accelerometer to come as far.',
    unit: 's',
  }),
  staleSeconds: option(z.number().min(0.01).max(60).default(0.5), {
    help: 'An acceleration older than this is not used.',
    unit: 's',
  }),
  recordSeconds: recordOption,
})

export type MotionOptions = z.infer<typeof motionOptions>
