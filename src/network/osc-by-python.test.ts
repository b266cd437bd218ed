import { expect, test } from 'vitest'
import { askOracle } from '../../test/oracles/oracle.ts'
import { OscBundle, readOsc } from './osc.ts'

interface Told {
  readonly address: string
  readonly values: readonly (number | string | null)[]
  /** Of its bundle; null for "immediately", and outside of bundles. */
  readonly time: number | null
}

interface Answer {
  readonly read: readonly (readonly Told[])[]
  readonly written: readonly { readonly hex: string; readonly messages: readonly Told[] }[]
}

const ask = (read: readonly string[], count: number) =>
  askOracle<Answer>('osc_packets.py', { read, count })

function readByUs(hex: string): { told: Told[]; isSound: boolean } {
  const told: Told[] = []
  const isSound = readOsc(Buffer.from(hex, 'hex'), {
    message: (address, values, time) =>
      void told.push({ address, values: [...values], time: Number.isNaN(time) ? null : time }),
  })
  return { told, isSound }
}

test('what python-osc writes, of every type, in bundles of bundles, is read as it was meant', async () => {
  const { written } = await ask([], 400)
  for (const { hex, messages } of written) {
    expect(readByUs(hex)).toEqual({ isSound: true, told: messages })
  }
  const types = new Set(
    written.flatMap(({ messages }) =>
      messages.flatMap(({ values }) => values.map((v) => typeof v)),
    ),
  )
  expect(types).toEqual(new Set(['number', 'string', 'object']))
})

test('what we write, python-osc reads: signals, channels, markers, with the time of their bundle', async () => {
  const packets: string[] = []
  const meant: Told[][] = []
  const bundle = new OscBundle(4096)
  const at = 1_700_000_000.25
  for (let n = 0; n < 100; n++) {
    const row = Array.from({ length: 1 + (n % 17) }, (_, c) =>
      Math.fround((n * 31 + c) * 0.37 - 99),
    )
    bundle.begin(at)
    bundle.message('/eeg/sample', [n * 1000])
    bundle.floats('/eeg', row, 0, row.length)
    bundle.message(
      '/eeg/channels',
      row.map((_, c) => `kä ${c}`),
    )
    bundle.message('/marker', [`go ${'x'.repeat(n % 9)}`, n, Math.fround(n / 7), 'cli'])
    packets.push(Buffer.from(bundle.bytes).toString('hex'))
    const of = (address: string, values: Told['values']) => ({ address, values, time: at })
    meant.push([
      of('/eeg/sample', [n * 1000]),
      of('/eeg', row),
      of(
        '/eeg/channels',
        row.map((_, c) => `kä ${c}`),
      ),
      of('/marker', [`go ${'x'.repeat(n % 9)}`, n, Math.fround(n / 7), 'cli']),
    ])
  }
  const { read } = await ask(packets, 0)
  const sorted = (messages: readonly Told[]) =>
    [...messages].sort((a, b) => (a.address < b.address ? -1 : 1))
  for (const [i, messages] of read.entries()) {
    expect(sorted(messages).map(({ address, values }) => [address, values])).toEqual(
      sorted(meant[i]!).map(({ address, values }) => [address, values]),
    )
    for (const { time } of messages) expect(Math.abs(time! - at)).toBeLessThan(1e-6)
  }
})
