/** Lines of a text file, in batches: as many as a block of the file holds. */
import { SynapseError } from '../signal/index.ts'
import type { ByteSource } from './io.ts'

const blockBytes = 1 << 20
/** A row of a thousand channels is far shorter. */
const maxLineBytes = 1 << 20

/**
 * The last line comes without the end that it lacks in the file.
 * @throws SynapseError file-damaged for a line without end
 */
export async function* lineBatches(
  source: ByteSource,
  name: string,
): AsyncGenerator<string[], void, void> {
  let rest = ''
  for (let offset = 0; offset < source.size; offset += blockBytes) {
    const bytes = await source.read(offset, blockBytes)
    // Digits and column names are ASCII; one byte is one character, so a cut cannot split one.
    const text = rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    const lines = text.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > maxLineBytes) {
      throw new SynapseError('file-damaged', `reading ${name}: a line at byte ${offset} has no end`)
    }
    yield lines.map(withoutReturn)
    if (bytes.length < Math.min(blockBytes, source.size - offset)) break
  }
  if (rest !== '') yield [withoutReturn(rest)]
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
