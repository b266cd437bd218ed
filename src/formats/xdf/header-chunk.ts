/** The XML of headers and footers, found even where its chunk lies about its length. */
import type { ByteWindow } from '../byte-window.ts'
import { type ChunkHead, findBytes, isPlausible } from './chunk-walk.ts'
import { limits } from './xdf-format.ts'
import { type ParsedXml, parseXml } from './xml-tree.ts'

const closingTag = '</info>'

/** With its end in the file; undefined where the chunk makes no sense. */
export async function readHeaderXml(
  bytes: ByteWindow,
  head: ChunkHead,
): Promise<{ readonly parsed: ParsedXml; readonly end: number } | undefined> {
  const end = await endOfHeader(bytes, head)
  if (end === undefined) return undefined
  const length = end - head.contentStart
  if (length > limits.headerBytes) {
    return { parsed: { root: undefined, fault: `${length} bytes are too many` }, end }
  }
  const text = new TextDecoder().decode(await bytes.view(head.contentStart, length))
  return { parsed: parseXml(text), end }
}

/** As declared or, where that lies, behind the last tag; undefined where there is none. */
export async function endOfHeader(bytes: ByteWindow, head: ChunkHead): Promise<number | undefined> {
  const { contentStart, end } = head
  if ((await endsWithTag(bytes, head)) || (await isPlausible(bytes, end))) return end
  const most = Math.min(bytes.size, contentStart + limits.headerBytes)
  const found = await findBytes(bytes, contentStart, most, new TextEncoder().encode(closingTag))
  return found !== undefined && (await isPlausible(bytes, found)) ? found : undefined
}

async function endsWithTag(bytes: ByteWindow, { contentStart, end }: ChunkHead): Promise<boolean> {
  if (end < contentStart || end > bytes.size) return false
  const from = Math.max(contentStart, end - 64)
  const tail = await bytes.view(from, end - from)
  return new TextDecoder().decode(tail).trimEnd().endsWith(closingTag)
}
