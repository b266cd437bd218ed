/** The variables of a MATLAB 5 file, by name; each may be packed by itself. */
import { SynapseError } from '../../signal/index.ts'
import type { ByteSource } from '../io.ts'
import { MatStream } from './mat-stream.ts'
import { MatDamage, MatReader, type MatValue } from './mat-values.ts'

/** Where a variable stands in the file. */
export interface MatPiece {
  readonly from: number
  readonly to: number
  readonly isPacked: boolean
}

export interface MatVariable {
  readonly value: MatValue
  readonly piece: MatPiece
}

export interface MatFile {
  readonly littleEndian: boolean
  readonly variables: ReadonlyMap<string, MatVariable>
}

const packedType = 15
const mostVariables = 10_000

/** @throws SynapseError file-damaged, io-failed */
export async function readMatFile(source: ByteSource, name: string): Promise<MatFile> {
  const head = Buffer.from(await source.read(0, 128))
  const littleEndian = head.toString('latin1', 126, 128) === 'IM'
  const variables = new Map<string, MatVariable>()
  for (let at = 128; at + 8 <= source.size && variables.size < mostVariables; ) {
    const tag = Buffer.from(await source.read(at, 8))
    const type = littleEndian ? tag.readUInt32LE(0) : tag.readUInt32BE(0)
    const length = littleEndian ? tag.readUInt32LE(4) : tag.readUInt32BE(4)
    const isPacked = type === packedType
    const to = at + 8 + length
    if (to > source.size) {
      throw new SynapseError('file-damaged', `reading ${name}: it ends within a variable`)
    }
    const piece = { from: isPacked ? at + 8 : at, to, isPacked }
    const stream = new MatStream(source, piece.from, piece.to, isPacked)
    try {
      const variable = await new MatReader(stream, littleEndian).variable()
      variables.set(variable.name, { value: variable.value, piece })
    } catch (cause) {
      if (!(cause instanceof MatDamage)) throw cause
      const what = `reading ${name}: ${cause.message}`
      throw new SynapseError('file-damaged', what, { cause })
    } finally {
      await stream.close()
    }
    at = isPacked ? to : to + (-length & 7)
  }
  return { littleEndian, variables }
}
