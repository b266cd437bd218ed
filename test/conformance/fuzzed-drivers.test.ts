/** Which test fuzzes the parser of a driver, with as many packets as SYNAPSE_FUZZ says: none is left out. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deviceCatalog } from '../../src/devices/catalog.ts'
import { fuzzedPackets } from '../fuzz/packets.ts'

const root = join(import.meta.dirname, '..', '..')
const cable = 'test/conformance/serial-boards.test.ts'
const air = 'test/conformance/ble-fuzz.test.ts'
const network = 'test/conformance/network-faults.test.ts'

/** Files in which it is done. */
const places: Readonly<Record<string, readonly string[]>> = {
  'openbci-cyton': [cable, 'src/devices/openbci-cyton/parser.test.ts'],
  chords: [cable],
  bitalino: [cable],
  'neurosky-thinkgear': [cable],
  'serial-board': [cable],
  'mentalab-explore': ['src/devices/mentalab-explore/explore.test.ts'],
  'trigger-serial': ['src/devices/trigger-serial/trigger-serial.test.ts'],
  midi: ['src/devices/midi/parser.test.ts'],
  muse: [air],
  'muse-athena': [air],
  'npg-lite': [air],
  'openbci-ganglion': [air],
  'openbci-wifi': [
    'src/devices/openbci-wifi/openbci-wifi.test.ts',
    'src/devices/openbci-wifi/modes.test.ts',
  ],
  osc: [network],
  udp: [network, 'src/devices/udp/framed-datagrams.test.ts'],
  websocket: [network],
  // Of liblsl's bytes we read none, but the description.
  lsl: ['src/devices/lsl/streams.test.ts'],
  // What it reads are files.
  replay: ['test/fuzz/binary-formats.test.ts', 'test/fuzz/text-formats.test.ts'],
}
/** Made up: nothing is read. */
const without = ['synthetic']

test('every driver of the catalogue is fuzzed', () => {
  expect([...Object.keys(places), ...without].sort()).toEqual([...deviceCatalog.keys()].sort())
})

test.each(Object.entries(places))('%s by what obeys SYNAPSE_FUZZ', (id, paths) => {
  for (const path of paths) {
    const text = readFileSync(join(root, path), 'utf8')
    expect(text, path).toMatch(/fuzzedPackets|survives\(/)
    if (path.startsWith('test/conformance')) expect(text, `${path}: ${id}`).toContain(id)
  }
})

test('unless told, 10⁵', () => {
  if (process.env.SYNAPSE_FUZZ === undefined) expect(fuzzedPackets).toBe(1e5)
  else expect(fuzzedPackets).toBe(Number(process.env.SYNAPSE_FUZZ))
})
