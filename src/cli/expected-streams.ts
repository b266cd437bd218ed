/** Streams without which a recording is not worth its session: told before it begins. */
import type { AcquisitionHost } from '../main/index.ts'
import { SynapseError } from '../signal/index.ts'

/** Those of the expected that no open device has: by name, content type or id. */
export function missingStreams(host: AcquisitionHost, expected: readonly string[]): string[] {
  const open = host.streams().map(({ info }) => info)
  return expected.filter(
    (wanted) => !open.some(({ id, name, type }) => [id, name, type].includes(wanted)),
  )
}

export function missingError(path: string, missing: readonly string[]): SynapseError {
  const what = `recording ${path}: expected but not there: ${missing.join(', ')}`
  return new SynapseError('not-ready', what, {
    remedy: 'Connect what is missing, or record without it by --anyway.',
  })
}
