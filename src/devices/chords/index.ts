/** Arduino-like boards with Upside Down Labs' Chords firmware, over USB serial. */
import type { DeviceDriver } from '../../signal/index.ts'
import { openAtEither } from '../_session/baud-rates.ts'
import { discoverSerial } from '../_session/serial-discovery.ts'
import { type ChordsOptions, chordsOptions } from './options.ts'
import { greetChords } from './protocol.ts'

/** USB ids of Arduino, of Raspberry Pi, and of the bridges CH340, CP210x and FT232 on clones. */
const vendors = ['2341', '2a03', '2e8a', '1a86', '10c4', '0403', '0483']

export const chords: DeviceDriver<ChordsOptions> = {
  id: 'chords',
  title: 'Chords board (Upside Down Labs)',
  help: 'Arduino-like boards with the Chords firmware, 3 to 16 inputs; the address is the serial port.',
  address: { kind: 'port', label: 'Port', example: '/dev/ttyACM0, COM4 …' },
  options: chordsOptions,
  discover: (context) => discoverSerial('chords', 'Chords board', context, vendors),
  open: (address, options, context) => {
    const rates = options.baudRate === 'auto' ? [230400, 115200] : [Number(options.baudRate)]
    return openAtEither(address, rates, context, greetChords(address, options, context))
  },
}
