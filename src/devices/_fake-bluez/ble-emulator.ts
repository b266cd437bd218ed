/** An emulator made of a board's model. */
import type { z } from 'zod'
import { SynapseError } from '../../signal/index.ts'
import type { CountsSource } from '../_eeg/counts.ts'
import type { DeviceEmulator } from '../_emulator/emulator.ts'
import { recordedFrames } from '../_recording/frame-source.ts'
import {
  type BleBoard,
  type BoardVoice,
  EmulatedPeripheral,
  type PeripheralOptions,
} from './emulated-peripheral.ts'
import { sharedAir } from './shared-air.ts'

/** Boards keep their rate within this share, and so must what they play. */
const rateTolerance = 0.01
const microvoltsPer: Readonly<Record<string, number>> = { uV: 1, mV: 1e3, V: 1e6 }

/** @param rateHz of the board's signals: a recording that it plays must have the same */
export function bleEmulator<O extends PeripheralOptions>(
  id: string,
  title: string,
  options: z.ZodType<O>,
  rateHz: number,
  makeBoard: (options: O, voice: BoardVoice, source: CountsSource | null) => BleBoard,
): DeviceEmulator<O> {
  return {
    id,
    title,
    options,
    async start(values, context) {
      const source = values.from ? await playedBy(title, values.from, rateHz) : null
      const make = (voice: BoardVoice) => makeBoard(values, voice, source)
      return EmulatedPeripheral.start(values, context, make, context.openAir ?? sharedAir())
    },
  }
}

/** @throws SynapseError file-…, where it cannot be read or has another rate */
async function playedBy(title: string, path: string, rateHz: number): Promise<CountsSource> {
  const frames = await recordedFrames(path, true)
  if (Math.abs(frames.rateHz / rateHz - 1) > rateTolerance) {
    throw new SynapseError(
      'file-unreadable',
      `reading ${path}: its first signal has ${frames.rateHz} Hz, and a ${title} samples ${rateHz}`,
      { remedy: 'Name a recording of that rate.' },
    )
  }
  const row = new Float32Array(frames.channels.length)
  const scales = frames.channels.map(({ unit }) => microvoltsPer[unit] ?? 1)
  return (microvolts) => {
    frames.next(row)
    for (let c = 0; c < microvolts.length; c++) microvolts[c] = (row[c] ?? 0) * (scales[c] ?? 0)
  }
}
