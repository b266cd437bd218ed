/** An emulator made of a board's model. */
import type { z } from 'zod'
import type { DeviceEmulator, EmulatorContext } from '../_emulator/emulator.ts'
import type { OpenAir } from './air.ts'
import {
  type BleBoard,
  type BoardVoice,
  EmulatedPeripheral,
  type PeripheralOptions,
} from './emulated-peripheral.ts'

export interface BleEmulator<O> extends DeviceEmulator<O> {
  /** As `start`, in the air that is handed in instead of a BlueZ of its own. */
  startIn(options: O, context: EmulatorContext, openAir: OpenAir): Promise<EmulatedPeripheral>
}

export function bleEmulator<O extends PeripheralOptions>(
  id: string,
  title: string,
  options: z.ZodType<O>,
  makeBoard: (options: O, voice: BoardVoice) => BleBoard,
): BleEmulator<O> {
  const startIn: BleEmulator<O>['startIn'] = (values, context, openAir) =>
    EmulatedPeripheral.start(values, context, (voice) => makeBoard(values, voice), openAir)
  return {
    id,
    title,
    options,
    startIn,
    start: (values, context) => startIn(values, context, openFakeAir),
  }
}

/** D-Bus is loaded only where somebody emulates a Bluetooth board. */
const openFakeAir: OpenAir = async (identity, listener) => {
  const { openFakeBluez } = await import('./fake-bluez.ts')
  return openFakeBluez(identity, listener)
}
