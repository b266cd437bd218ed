/** An NPG Lite in the air, for tests and for those who have none. */
import { z } from 'zod'
import { bleEmulator } from '../_fake-bluez/ble-emulator.ts'
import { peripheralOptions } from '../_fake-bluez/emulated-peripheral.ts'
import { NpgBoard } from './board.ts'

export const npgEmulator = bleEmulator(
  'npg-lite',
  'Upside Down Labs NPG Lite',
  z.strictObject(peripheralOptions),
  500,
  ({ seed }, voice, source) => new NpgBoard(seed, voice, source),
)
