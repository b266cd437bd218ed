/**
 * A FIF file is a chain of tags, big-endian: kind, type, size, where the next one is, and data.
 * Blocks of tags stand between two tags of their own.
 */
import { SynapseError } from '../../signal/index.ts'
import { ByteWindow, viewOf } from '../byte-window.ts'
import type { ByteSource } from '../io.ts'

export interface Tag {
  readonly kind: number
  readonly type: number
  readonly size: number
  /** Of its data in the file. */
  readonly offset: number
  /** Kinds of the blocks that it stands in, the innermost last. */
  readonly blocks: readonly number[]
}

const blockStart = 104
const blockEnd = 105
const mostTags = 4_000_000
const mostDepth = 64
/** Data other than samples. */
const mostTagBytes = 1 << 26

export class FifTags {
  /** The last tag reaches beyond the end of the file. */
  isCut = false
  readonly #bytes: ByteWindow
  readonly #source: ByteSource
  readonly #name: string

  constructor(source: ByteSource, name: string) {
    this.#source = source
    this.#name = name
    this.#bytes = new ByteWindow(source)
  }

  /** Every tag but those that begin and end blocks. @throws SynapseError file-damaged, io-failed */
  async *walk(): AsyncGenerator<Tag, void, void> {
    const blocks: number[] = []
    const { size: fileSize } = this.#source
    let at = 0
    for (let count = 0; count < mostTags && at + 16 <= fileSize; count++) {
      const view = viewOf(this.#bytes.peek(at, 16) ?? (await this.#bytes.load(at, 16)))
      const [kind, type, size, next] = [0, 4, 8, 12].map((place) => view.getInt32(place))
      const offset = at + 16
      if (size! < 0) throw this.damaged(`a tag of ${size} bytes at byte ${at}`)
      if (offset + size! > fileSize) {
        this.isCut = true
        return
      }
      if (kind === blockStart) {
        if (blocks.length >= mostDepth) throw this.damaged('blocks within blocks without end')
        blocks.push(await this.integer({ kind, type: type!, size: size!, offset, blocks }))
      } else if (kind === blockEnd) blocks.pop()
      else yield { kind: kind!, type: type!, size: size!, offset, blocks }
      if (next! < 0) return
      const after = next === 0 ? offset + size! : next!
      // A chain that goes back would never end.
      if (after <= at) throw this.damaged(`a tag at byte ${at} is followed by one before it`)
      at = after
    }
  }

  damaged(what: string): SynapseError {
    return new SynapseError('file-damaged', `reading ${this.#name}: ${what}`)
  }

  async data({ offset, size }: Tag): Promise<DataView> {
    if (size > mostTagBytes) throw this.damaged(`a tag of ${size} bytes`)
    const bytes = await this.#source.read(offset, size)
    if (bytes.length < size) throw this.damaged('the file ends within a tag')
    return viewOf(bytes)
  }

  async integer(tag: Tag): Promise<number> {
    if (tag.size < 4) throw this.damaged(`a whole number of ${tag.size} bytes`)
    return (await this.data(tag)).getInt32(0)
  }

  async floats(tag: Tag): Promise<number[]> {
    const view = await this.data(tag)
    const isDouble = tag.type === 5
    const length = Math.floor(view.byteLength / (isDouble ? 8 : 4))
    return Array.from({ length }, (_, i) =>
      isDouble ? view.getFloat64(8 * i) : view.getFloat32(4 * i),
    )
  }

  /** The format's own texts are Latin-1; later writers use UTF-8. */
  async text(tag: Tag): Promise<string> {
    const view = await this.data(tag)
    const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength)
    const text = bytes.toString('utf8')
    return text.includes('\ufffd') ? bytes.toString('latin1') : text
  }
}
