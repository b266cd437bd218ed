/** What the board is told before it streams, after its command protocol. */
import {
  type CytonOptions,
  type cardTimes,
  gains,
  type pinUses,
  type testSignals,
} from './options.ts'

/** Of the inputs 1 to 16 in a channel setting. */
const inputKeys = '12345678QWERTYUI'
const gainCode = (gain: number) => gains.indexOf(gain as (typeof gains)[number])
const pinCodes: Record<(typeof pinUses)[number], string> = {
  accelerometer: '/0',
  digital: '/3',
  analog: '/2',
}
const testCodes: Record<(typeof testSignals)[number], string> = {
  none: '',
  ground: '0',
  slow: '-',
  fast: '=',
  'slow-double': '[',
  'fast-double': ']',
  dc: 'p',
}
const cardCodes: Record<(typeof cardTimes)[number], string> = {
  none: '',
  '14s': 'a',
  '5min': 'A',
  '15min': 'S',
  '30min': 'F',
  '1h': 'G',
  '2h': 'H',
  '4h': 'J',
  '12h': 'K',
  '24h': 'L',
}

/** With pins the auxiliary bytes are full. */
export function hasBoardClock({ boardClock, pins }: CytonOptions): boolean {
  return boardClock && pins === 'accelerometer'
}

export function gainOf({ gains: given }: CytonOptions, channel: number): number {
  return given[channel] ?? given[0]!
}

/** One after the other, each answered before the next is sent. */
export function settingCommands(options: CytonOptions, channels: number): string[] {
  const { off, outOfBias, bipolar, pins, testSignal } = options
  const commands = ['d']
  if (pins !== 'accelerometer') commands.push(pinCodes[pins])
  if (testSignal !== 'none') commands.push(testCodes[testSignal])
  for (let channel = 0; channel < channels; channel++) {
    const [power, bias, reference] = [off, outOfBias, bipolar].map((inputs) =>
      inputs.includes(channel + 1),
    )
    const gain = gainOf(options, channel)
    if (gain === 24 && !power && !bias && !reference) continue
    const signal = testSignal === 'none' ? 0 : testSignal === 'ground' ? 1 : 5
    const fields = [Number(power), gainCode(gain), signal, Number(!bias), Number(!reference), 0]
    commands.push(`x${inputKeys[channel]}${fields.join('')}X`)
  }
  return commands
}

/** Right before the stream begins: the file on the card, the clock. */
export function startCommands(options: CytonOptions): string[] {
  const commands = options.cardTime === 'none' ? [] : [cardCodes[options.cardTime]]
  if (hasBoardClock(options)) commands.push('<')
  return commands
}

export const closeCardCommand = 'j'

export function leadOffCommand(channel: number, isOn: boolean): string {
  return `z${inputKeys[channel]}0${Number(isOn)}Z`
}
