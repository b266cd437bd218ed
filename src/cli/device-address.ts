/**
 * What a user may write after `--device`:
 *
 *     synthetic                           a driver
 *     synthetic?channels=64&rateHz=1000   with options; `synthetic:channels=64,rateHz=1000` too
 *     openbci-cyton:/dev/ttyUSB0          with its address
 *     /dev/ttyUSB0, COM3                  a serial port: the one serial driver there is
 *     recording.xdf                       a file, to be replayed
 */
import { existsSync, statSync } from 'node:fs'
import { deviceCatalog } from '../devices/catalog.ts'
import { knownDriver } from '../main/index.ts'
import { optionsJsonSchema } from '../signal/index.ts'
import { optionValue } from './option-values.ts'

export interface DeviceChoice {
  readonly driver: string
  readonly address: string
  readonly options: Readonly<Record<string, unknown>>
}

const recordingName = /\.(xdf|xdfz|edf|bdf|vhdr|set|fif|parquet|txt|csv)$/i

/** @throws SynapseError unknown-device, bad-option */
export function readDevice(text: string, port: string | undefined): DeviceChoice {
  const [where, query = ''] = splitOnce(text, '?')
  const [head, tail = ''] = splitOnce(where, ':')
  if (!deviceCatalog.has(head)) return byPath(where, query)
  const tailIsOptions = /^\w+=/.test(tail)
  const pairs = [...(tailIsOptions ? tail.split(',') : []), ...query.split('&')]
  const address = tailIsOptions ? '' : tail
  return { driver: head, address: address || port || '', options: readPairs(head, pairs) }
}

function byPath(path: string, query: string): DeviceChoice {
  const isPort = /^(\/dev\/|COM\d+$)/.test(path) && !recordingName.test(path)
  const isFile = existsSync(path) ? statSync(path).isFile() : recordingName.test(path)
  const isPath = isPort || isFile || existsSync(path) || path.includes('/')
  // Not a path either: says which drivers there are.
  const { id } = knownDriver(
    deviceCatalog,
    isFile ? driverFor('file') : isPath ? driverFor('port') : path,
  )
  return { driver: id, address: path, options: readPairs(id, query.split('&')) }
}

/** The driver that opens such addresses: the first of the catalogue. */
function driverFor(kind: 'port' | 'file'): string {
  return [...deviceCatalog.values()].find(({ address }) => address?.kind === kind)!.id
}

function readPairs(driver: string, pairs: readonly string[]): Record<string, unknown> {
  const schema = optionsJsonSchema(knownDriver(deviceCatalog, driver).options)
  const options: Record<string, unknown> = {}
  for (const pair of pairs) {
    if (pair === '') continue
    const [name, value = 'true'] = splitOnce(pair, '=')
    options[name] = optionValue(schema, name, value)
  }
  return options
}

function splitOnce(text: string, by: string): [string, string?] {
  const at = text.indexOf(by)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
