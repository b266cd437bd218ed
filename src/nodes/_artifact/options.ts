import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const recordOption = option(z.number().min(0.02).max(60).default(0.5), {
  help: 'Length of the windows that the record of what was removed is about.',
  unit: 's',
})
