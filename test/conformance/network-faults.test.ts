/**
 * Values from the network: messages that no program would send, and datagrams that get lost, come
 * late, twice, cut short or all at once.
 */
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/devices/_emulator/faults.ts'
import { osc } from '../../src/devices/osc/index.ts'
import { udp } from '../../src/devices/udp/index.ts'
import { websocket } from '../../src/devices/websocket/index.ts'
import { OscBundle } from '../../src/network/index.ts'
import { type DeviceDriver, parseOptions } from '../../src/signal/index.ts'
import { during, ManualClock } from '../device-clock.ts'
import { DeviceLog } from '../device-log.ts'
import { MemoryNetwork } from '../device-memory-network.ts'
import { transportsWith } from '../device-transports.ts'
import { fuzzedPackets, fuzzTimeout } from '../fuzz/packets.ts'

interface Subject {
  readonly name: string
  readonly driver: DeviceDriver
  readonly options?: Record<string, unknown>
  /** The message of a row with its index. */
  readonly message: (sample: number, row: readonly number[]) => Uint8Array
}

function oscMessage(sample: number, row: readonly number[]): Uint8Array {
  const bundle = new OscBundle(128)
  bundle.begin(0)
  bundle.message('/x/sample', [sample])
  bundle.floats('/x', row, 0, row.length)
  return bundle.bytes
}

const jsonMessage = (sample: number, data: readonly number[]) =>
  Buffer.from(JSON.stringify({ kind: 'frames', stream: 'x', sample, frames: [data] }))

const subjects: readonly Subject[] = [
  { name: 'osc', driver: osc, options: { stream: '/x' }, message: oscMessage },
  { name: 'udp: JSON', driver: udp, options: { stream: 'x' }, message: jsonMessage },
  {
    name: 'udp: lines',
    driver: udp,
    options: { counter: 'first' },
    message: (sample, row) => Buffer.from([sample, ...row].join(',')),
  },
  { name: 'websocket', driver: websocket, options: { stream: 'x' }, message: jsonMessage },
]

async function streaming({ driver, options }: Subject) {
  const clock = new ManualClock()
  const network = new MemoryNetwork(clock)
  const out = new DeviceLog(() => undefined)
  const transports = transportsWith({ network })
  const given = parseOptions(driver.id, driver.options, {
    ...{ labels: ['a', 'b'], rateHz: 100 },
    ...options,
  })
  const address = driver === websocket ? 'ws://10.0.0.9:80' : '9000'
  const session = await during(clock, driver.open(address, given, { out, clock, transports }))
  await session.start()
  const say = (bytes: Uint8Array) => {
    if (driver === websocket) network.broadcast(Buffer.from(bytes).toString('utf8'))
    else network.datagram(9000, bytes)
  }
  return { clock, out, session, say, log: out.stream(`${driver.id}/values`) }
}

/** Noise, or a message cut short, said twice in one, with bits turned or a part exchanged. */
function strange(sound: Uint8Array, random: () => number): Uint8Array {
  const below = (n: number) => Math.floor(random() * n)
  const kind = below(5)
  if (kind === 0) return Uint8Array.from({ length: below(200) }, () => below(256))
  if (kind === 1) return sound.slice(0, below(sound.length))
  if (kind === 2) return Uint8Array.from([...sound, ...sound.subarray(0, below(sound.length))])
  const bytes = sound.slice()
  if (kind === 3) bytes.copyWithin(below(bytes.length), below(bytes.length))
  for (let turned = 1 + below(4); turned > 0; turned--) bytes[below(bytes.length)]! ^= 1 << below(8)
  return bytes
}

describe.each(subjects)('$name', (subject) => {
  test('strange messages throw nothing, and the stream goes on', {
    timeout: fuzzTimeout,
  }, async () => {
    const { clock, out, session, say, log } = await streaming(subject)
    const random = seededRandom(5)
    for (let n = 0; n < fuzzedPackets; n++) {
      say(strange(subject.message(n, [n % 1000, -n % 77]), random))
      if (n % 100 === 0) await clock.run(0.05)
    }
    const kept = log.values.length
    // Far beyond what a strange message may have told as an index.
    for (let n = 0; n < 3; n++) say(subject.message(2_100_000_000 + n, [1, n]))
    expect(log.values.slice(kept)).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
    ])
    await session.stop()
    expect(log.values.length + log.lost).toBe(log.next)
    expect(out.violations).toEqual([])
    expect(out.facts.find(({ name }) => name === 'refused')!.value).toBeGreaterThan(
      fuzzedPackets / 10,
    )
  })

  test.each([1, 2, 3])(
    'lost, late, doubled, cut short, all at once: each row is at its index, seed %i',
    async (seed) => {
      const { clock, out, session, say, log } = await streaming(subject)
      const { arrivals, missing, late, cut } = harmed(subject, seededRandom(seed))
      for (const [i, bytes] of arrivals.entries()) {
        say(bytes)
        // Two seconds of them at once now and then, behind a pause as long.
        if (i % 2000 < 1800) await clock.run(0.01)
        else if (i % 2000 === 1800) await clock.run(2)
      }
      await during(clock, session.close())
      expect(log.values).toEqual(log.indices.map((index) => [index, 1 - index]))
      expect(log.values.length + log.lost).toBe(log.next)
      expect(log.gaps.every(({ exact }) => exact)).toBe(true)
      const lost = log.gaps.flatMap(({ atSample, lostSamples }) =>
        Array.from({ length: lostSamples }, (_, i) => atSample + i),
      )
      expect(lost).toEqual(missing)
      expect(out.facts).toContainEqual({ name: 'late', value: late, unit: 'messages' })
      expect(out.facts).toContainEqual({ name: 'refused', value: cut, unit: 'messages' })
      expect(out.violations).toEqual([])
    },
  )
})

/** 10⁴ messages as they arrive, and what a receiver that takes none back must make of them. */
function harmed({ message }: Subject, random: () => number) {
  const total = 10_000
  const sent: { sample: number; at: number; isCut: boolean }[] = []
  for (let sample = 0; sample < total; sample++) {
    // The first and the last few arrive as they were sent.
    const chance = sample < 10 || sample > total - 50 ? 1 : random()
    if (chance < 0.02) continue
    const isDelayed = chance < 0.04
    const at = sample + (isDelayed ? 1.5 + Math.floor(random() * 30) : 0)
    sent.push({ sample, at, isCut: chance > 0.04 && chance < 0.06 })
    if (chance > 0.06 && chance < 0.08) sent.push({ sample, at: at + 0.1, isCut: false })
  }
  sent.sort((a, b) => a.at - b.at)
  const [kept, counts] = [new Set<number>(), { late: 0, cut: 0 }]
  let next = 0
  for (const { sample, isCut } of sent) {
    if (isCut) counts.cut++
    else if (sample < next) counts.late++
    else {
      kept.add(sample)
      next = sample + 1
    }
  }
  const arrivals = sent.map(({ sample, isCut }) => {
    const bytes = message(sample, [sample, 1 - sample])
    // Within the first number: the row is not whole.
    return isCut ? bytes.slice(0, bytes.length - 3 - String(sample).length) : bytes
  })
  const missing = Array.from({ length: total }, (_, sample) => sample).filter((s) => !kept.has(s))
  return { arrivals, missing, ...counts }
}
