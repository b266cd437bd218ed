import { z } from 'zod'
import { option } from '../../signal/index.ts'

export const midiKinds = ['note-on', 'note-off', 'control', 'program', 'pitch'] as const

export const midiOptions = z.strictObject({
  baudRate: option(z.int().min(300).max(12_000_000).default(31_250), {
    help: 'Speed of a serial port: 31250 for a MIDI plug, often 115200 for a board on USB. The system’s MIDI ports have none.',
    unit: 'Bd',
  }),
  kinds: option(z.array(z.enum(midiKinds)).min(1).max(5).default(['note-on', 'control']), {
    help: 'The messages that become markers.',
  }),
  channel: option(z.int().min(1).max(16).nullable().default(null), {
    help: 'Of these channels only; null: of all 16.',
  }),
})

export type MidiOptions = z.infer<typeof midiOptions>
