import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const athenaOptions = z.strictObject({
  preset: option(
    z
      .enum(
        'p20 p21 p50 p51 p60 p61 p1034 p1035 p1041 p1042 p1043 p1044 p1045 p1046 p4129'.split(' '),
      )
      .default('p1041'),
    {
      help: 'What the headband is told to send: p1041 everything, p1034 four electrodes and light, p21 four electrodes.',
    },
  ),
})

export type AthenaOptions = z.infer<typeof athenaOptions>
