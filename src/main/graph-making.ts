/** What a user's graph was made of, so that whatever it gave can be traced to it years later. */
import { createHash } from 'node:crypto'
import type { StreamInfo } from '../signal/index.ts'

export interface GraphMaking {
  readonly name: string
  /** Counts from 1 as the graph is changed. */
  readonly version: number
  /** Of the text. */
  readonly sha256: string
  /** As it was written; comments and all. */
  readonly text: string
}

/** @param before what ran under the same id, if anything: the same text is the same version */
export function newMaking(
  name: string,
  text: string,
  before: Pick<GraphMaking, 'version' | 'text'> = { version: 0, text: '' },
): GraphMaking {
  const sha256 = createHash('sha256').update(text).digest('hex')
  const version = before.text === text ? before.version : before.version + 1
  return { name, version, sha256, text }
}

/**
 * An output of a graph as a stream beside those of devices.
 * @param id under which it stands in a recording
 * @param info as the graph's last node describes it
 */
export function outputStream(
  id: string,
  output: string,
  info: StreamInfo,
  { name, version, sha256, text }: GraphMaking,
): StreamInfo {
  const making = { graph: name, output, version, sha256, json: text }
  return {
    ...info,
    id,
    name: `${name} ${output}`,
    origin: { ...info.origin, source: 'graph', settings: { ...info.origin.settings, ...making } },
  }
}
