/** A Muse S Athena in the air, for tests and for those who have none. */
import { z } from 'zod'
import { bleEmulator } from '../_fake-bluez/ble-emulator.ts'
import { peripheralOptions } from '../_fake-bluez/emulated-peripheral.ts'
import { AthenaBoard } from './board.ts'
import { rateOf } from './packet.ts'

export const athenaEmulator = bleEmulator(
  'muse-athena',
  'Muse S Athena',
  z.strictObject(peripheralOptions),
  rateOf.eeg,
  ({ seed }, voice, source) => new AthenaBoard(seed, voice, source),
)
