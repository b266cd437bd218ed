/** A Cyton with its dongle on a pseudo-terminal, for tests and for those who have no board. */
import { z } from 'zod'
import { option } from '../../signal/index.ts'
import type { BoardSource } from '../_cyton/amplifier.ts'
import { generatedSource, recordedSource } from '../_cyton/board-source.ts'
import { channelCount } from '../_cyton/packet.ts'
import { type MakeBoard, ptyOptions } from '../_emulator/pty-board.ts'
import { ptyEmulator } from '../_emulator/pty-emulator.ts'
import { CytonBoard } from './board.ts'

export const emulatorOptions = z.strictObject({
  from: option(z.string().min(1).optional(), {
    help: 'Recording that the board plays; without it, EEG is made up.',
  }),
  loop: option(z.boolean().default(false), { help: 'Begin the recording again at its end.' }),
  daisy: option(z.boolean().default(false), { help: 'A Daisy module is mounted: 16 channels.' }),
  boardRadio: option(z.int().min(1).max(25).default(7), {
    help: 'Radio channel of the board; the dongle stands on 7.',
  }),
  impedanceKohm: option(z.array(z.number().min(0).max(1e6)).max(16).default([]), {
    help: 'Of the electrodes at the inputs, from the first; those not named have 10.',
    unit: 'kΩ',
  }),
  ...ptyOptions,
})
export type EmulatorOptions = z.infer<typeof emulatorOptions>

const dongleRadio = 7

export const cytonEmulator = ptyEmulator(
  'openbci-cyton',
  'OpenBCI Cyton with USB dongle',
  emulatorOptions,
  async (options) => {
    const { from, loop, seed, daisy } = options
    const channels = daisy ? 2 * channelCount : channelCount
    const source = from ? await recordedSource(from, loop) : generatedSource(seed, channels)
    return cytonBoard(options, source)
  },
)

export function cytonBoard(
  { impedanceKohm, daisy, boardRadio }: EmulatorOptions,
  source: BoardSource,
): MakeBoard {
  return (reply) =>
    new CytonBoard(source, (text) => reply(Buffer.from(text, 'latin1')), {
      electrodeOhms: impedanceKohm.map((kohm) => kohm * 1000),
      hasDaisy: daisy,
      boardRadio,
      dongleRadio,
    })
}
