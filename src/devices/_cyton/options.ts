import { z } from 'zod'
import { option } from '../../signal/index.ts'

/** Of the programmable amplifier, in the order of the firmware's codes. */
export const gains = [1, 2, 4, 6, 8, 12, 24] as const
export const pinUses = ['accelerometer', 'digital', 'analog'] as const
export const testSignals = [
  'none',
  'ground',
  'slow',
  'fast',
  'slow-double',
  'fast-double',
  'dc',
] as const
export const cardTimes = [
  'none',
  '14s',
  '5min',
  '15min',
  '30min',
  '1h',
  '2h',
  '4h',
  '12h',
  '24h',
] as const

const gain = z.literal(gains)
const input = z.int().min(1).max(16)

export const cytonOptions = z.strictObject({
  boardClock: option(z.boolean().default(true), {
    help: 'Ask the board to stamp every packet with its own clock (firmware 2 and later), so that long losses are counted exactly. Pins leave no room for it.',
  }),
  daisy: option(z.enum(['auto', 'off']).default('auto'), {
    help: 'auto: 16 channels at 125 Hz where a Daisy module is mounted; off: 8 at 250 Hz in any case.',
  }),
  labels: option(
    z
      .array(z.string().min(1))
      .refine(
        ({ length }) => length === 8 || length === 16,
        'a Cyton has 8 channels, or 16 with a Daisy',
      )
      .default([
        ...['Fp1', 'Fp2', 'C3', 'C4', 'P7', 'P8', 'O1', 'O2'],
        ...['F7', 'F8', 'F3', 'F4', 'T7', 'T8', 'P3', 'P4'],
      ]),
    { help: 'Electrode at each of the inputs 1 to 8, or 1 to 16.' },
  ),
  gains: option(z.array(gain).min(1).max(16).default([24]), {
    live: true,
    help: 'Of the amplifiers: one for all inputs, or one for each. 24 for EEG, less for EMG and ECG.',
  }),
  off: option(z.array(input).max(16).default([]), {
    live: true,
    help: 'Inputs to be switched off; they read 0.',
  }),
  outOfBias: option(z.array(input).max(16).default([]), {
    live: true,
    help: 'Inputs that the bias drive leaves out: those of other muscles, or with bad contact.',
  }),
  bipolar: option(z.array(input).max(16).default([]), {
    live: true,
    help: 'Inputs measured between their own P and N pins, without the common reference SRB2.',
  }),
  pins: option(z.enum(pinUses).default('accelerometer'), {
    help: 'What the auxiliary bytes bear: the accelerometer, pins D11 D12 D13 D17 D18, or A5 A6 A7.',
  }),
  testSignal: option(z.enum(testSignals).default('none'), {
    live: true,
    help: 'Instead of the electrodes: their ground, the square wave of the converter (1.875 mV at 0.98 or 1.95 Hz, or twice that), or a constant.',
  }),
  cardTime: option(z.enum(cardTimes).default('none'), {
    help: 'Write to the SD card in the board too, a file for at most so long.',
  }),
  radioChannel: option(z.int().min(1).max(25).nullable().default(null), {
    help: 'Radio channel to set dongle and board to. Null: as they are; a board that is on another channel than its dongle is looked for.',
  }),
})

export type CytonOptions = z.infer<typeof cytonOptions>
