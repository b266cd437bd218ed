import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const thinkgearOptions = z.strictObject({
  baudRate: option(z.enum(['auto', '57600', '115200']).default('auto'), {
    help: '57600 over Bluetooth (MindWave Mobile), 115200 with the RF dongle; "auto" tries both.',
    unit: 'Bd',
  }),
  label: option(z.string().min(1).default('Fp1'), { help: 'Where the electrode is.' }),
})
export type ThinkgearOptions = z.infer<typeof thinkgearOptions>
