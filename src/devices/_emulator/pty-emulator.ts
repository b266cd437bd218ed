/** An emulator made of the model of a board with a serial port. */
import type { OptionsSchema } from '../../signal/index.ts'
import { ptyOpener } from '../_pty/pty.ts'
import type { DeviceEmulator } from './emulator.ts'
import { type MakeBoard, PtyBoard, type PtyOptions } from './pty-board.ts'

/** @param boardOf reads what the board plays, where it plays something */
export function ptyEmulator<O extends PtyOptions>(
  id: string,
  title: string,
  options: OptionsSchema<O>,
  boardOf: (options: O) => MakeBoard | Promise<MakeBoard>,
): DeviceEmulator<O> {
  return {
    id,
    title,
    options,
    start: async (values, context) =>
      new PtyBoard(values, context, context.openPty ?? ptyOpener(), await boardOf(values)),
  }
}
