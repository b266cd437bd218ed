/** A Ganglion in the air, for tests and for those who have none. */
import { z } from 'zod'
import { option } from '../../signal/index.ts'
import { bleEmulator } from '../_fake-bluez/ble-emulator.ts'
import { peripheralOptions } from '../_fake-bluez/emulated-peripheral.ts'
import { GanglionBoard } from './board.ts'
import { rateHz } from './packet.ts'

const emulatorOptions = z.strictObject({
  firmware: option(z.union([z.literal(2), z.literal(3)]).default(3), {
    help: 'Firmware 2 sends differences, firmware 3 samples.',
  }),
  ...peripheralOptions,
})

export const ganglionEmulator = bleEmulator(
  'openbci-ganglion',
  'OpenBCI Ganglion',
  emulatorOptions,
  rateHz,
  ({ firmware, seed }, voice, source) => new GanglionBoard(firmware, seed, voice, source),
)
