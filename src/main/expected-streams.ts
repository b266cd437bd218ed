/** Streams without which a recording is not worth its session: told before it begins. */
import { SynapseError } from '../signal/index.ts'
import type { AcquisitionHost } from './host.ts'

/** Those of the expected that no open device has: by name, content type or id. */
export function missingStreams(host: AcquisitionHost, expected: readonly string[]): string[] {
  const open = host.streams().map(({ info }) => info)
  return expected.filter(
    (wanted) => !open.some(({ id, name, type }) => [id, name, type].includes(wanted)),
  )
}

export function missingError(path: string, missing: readonly string[]): SynapseError {
  const what = `recording ${path}: expected but not there: ${missing.join(', ')}`
  return new SynapseError('stream-missing', what)
}

/** @param source who asked for it anyway */
export function recordWithout(
  host: AcquisitionHost,
  path: string,
  missing: readonly string[],
  source: string,
): void {
  if (missing.length === 0) return
  host.notices.add(path, 'fault', missingError(path, missing).note)
  host.addMarker(`missing: ${missing.join(', ')}`, source)
}
