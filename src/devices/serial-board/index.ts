/** Any board on a serial port that a file describes: no code needed. */
import { z } from 'zod'
import { type DeviceDriver, option, SynapseError } from '../../signal/index.ts'
import { readDescription } from '../_described/description.ts'
import { SerialSession } from '../_session/serial-session.ts'
import { boardProtocol } from './protocol.ts'

const serialBoardOptions = z.strictObject({
  description: option(z.string().default(''), {
    help: 'File that says how the bytes of the board are to be read; examples are in examples/boards.',
  }),
})
type SerialBoardOptions = z.infer<typeof serialBoardOptions>

export const serialBoard: DeviceDriver<SerialBoardOptions> = {
  id: 'serial-board',
  title: 'Board described by a file',
  help: 'Any board that sends lines of numbers or frames of bytes; the address is its serial port.',
  address: { kind: 'port', label: 'Port', example: '/dev/ttyUSB0, COM3 …' },
  options: serialBoardOptions,
  discover: async () => [],
  async open(address, { description: path }, context) {
    const description = readDescription(path)
    const { format } = description
    if (format.kind === 'binary' && format.sync === '') {
      throw new SynapseError(
        'bad-option',
        `reading the description ${path}: format.sync: on a port frames must begin with something`,
        { remedy: 'Write the bytes there that every frame begins with.' },
      )
    }
    const greet = boardProtocol(address, description, context)
    return SerialSession.open(address, description.baudRate, context, greet)
  },
}
