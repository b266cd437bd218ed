/**
 * Emulated Cytons on pseudo-terminals, in a process of their own: what they cost is nobody's
 * measurement. Prints their ports as JSON, and ends with its input.
 */
import { cytonEmulator } from '../../../src/devices/openbci-cyton/emulator.ts'
import { parseOptions } from '../../../src/signal/index.ts'
import { hostClock } from '../../../src/workers/index.ts'

const count = Number(process.argv[2])
const boards = await Promise.all(
  Array.from({ length: count }, (_, i) =>
    cytonEmulator.start(parseOptions('emulator', cytonEmulator.options, { seed: i + 1 }), {
      clock: hostClock,
      event: () => {},
    }),
  ),
)
process.stdout.write(`${JSON.stringify(boards.map(({ address }) => address))}\n`)
process.stdin.resume()
process.stdin.on('close', () => process.exit(0))
