/** A Muse in the air, for tests and for those who have none. */
import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { bleEmulator } from '../_fake-bluez/ble-emulator.ts'
import { peripheralOptions } from '../_fake-bluez/emulated-peripheral.ts'
import { MuseBoard } from './board.ts'
import { eegRateHz } from './packet.ts'

const emulatorOptions = z.strictObject({
  model: option(z.enum(['2016', '2', 'S']).default('2'), {
    help: 'Which headband it is: 2 and S have an optical sensor.',
  }),
  ...peripheralOptions,
})

export const museEmulator = bleEmulator(
  'muse',
  'Muse 2016, 2 or S',
  emulatorOptions,
  eegRateHz,
  ({ model, seed }, voice, source) => new MuseBoard(model, seed, voice, source),
)
