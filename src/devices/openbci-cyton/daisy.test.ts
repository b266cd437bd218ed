import { describe, expect, test } from 'vitest'
import { DeviceLog } from '../../../test/device-log.ts'
import { parseOptions } from '../../signal/index.ts'
import { generatedSource } from '../_cyton/board-source.ts'
import { cytonOptions } from '../_cyton/options.ts'
import { packetBytes } from '../_cyton/packet.ts'
import { CytonBoard } from './board.ts'
import { CytonChunks } from './chunks.ts'
import { CytonParser } from './parser.ts'
import { cytonStreams } from './streams.ts'

const channels = 16
const options = parseOptions('openbci-cyton', cytonOptions, {})

/** Packets of a board with a Daisy, by number; and what the driver makes of those that arrive. */
function received(count: number, lost: (packet: number) => boolean) {
  const board = new CytonBoard(generatedSource(3, channels), () => {}, { hasDaisy: true })
  board.receive(Buffer.from('vC<b'))
  const out = new DeviceLog(() => undefined)
  const streams = cytonStreams('port', 'v3.1.2', options, true)
  const chunks = new CytonChunks(out, streams, options)
  const parser = new CytonParser({
    packet: (bytes, at, hostTime) => chunks.packet(bytes, at, hostTime),
    lost: (...loss) => chunks.lost(...loss),
  })
  for (let packet = 0; packet < count; packet++) {
    const bytes = new Uint8Array(packetBytes)
    board.packet(bytes, 1000 + packet * 4)
    if (!lost(packet)) parser.push(bytes, packet)
    chunks.flush()
  }
  return { log: out.stream('openbci-cyton/eeg'), out, streams }
}

/** Of packet `p` a channel is the mean of samples `p − 1` and `p`, as the firmware has it. */
function sentMeans(count: number): Int32Array {
  const source = generatedSource(3, channels)
  const means = new Int32Array(count * channels)
  const before = new Int32Array(channels)
  const now = new Int32Array(channels)
  for (let packet = 0; packet < count; packet++) {
    before.set(now)
    source.next(now, new Int16Array(3))
    for (let c = 0; c < channels; c++) {
      means[packet * channels + c] = Math.trunc((before[c]! + now[c]!) / 2)
    }
  }
  return means
}

function expectTruth(log: ReturnType<typeof received>['log'], means: Int32Array): void {
  log.values.forEach((frame, i) => {
    const odd = 2 * log.indices[i]! + 1
    const board = means.subarray(odd * channels, odd * channels + 8)
    const daisy = means.subarray((odd - 1) * channels + 8, odd * channels)
    expect(frame).toEqual([...board, ...daisy])
  })
}

describe('a Cyton with a Daisy', () => {
  test('has 16 channels at 125 Hz: the board’s, and the Daisy’s from the packet before', () => {
    const { log, streams, out } = received(2000, () => false)
    expect(streams.eeg.nominalRateHz).toBe(125)
    expect(streams.eeg.channels.map(({ label }) => label).slice(7, 10)).toEqual(['O2', 'F7', 'F8'])
    expect([log.next, log.gaps, out.violations]).toEqual([1000, [], []])
    expectTruth(log, sentMeans(2000))
  })

  test.each([1, 2, 3, 4, 5])(
    'a packet that is missing voids its pair and shifts none, %i',
    (seed) => {
      let state = seed * 7919
      const isLost = (packet: number) => {
        state = (state * 1103515245 + 12345) & 0x7fffffff
        return packet > 20 && packet < 3990 && state / 0x7fffffff < 0.05
      }
      const lost = new Set<number>()
      const { log, out } = received(4000, (packet) => isLost(packet) && Boolean(lost.add(packet)))
      const whole = Array.from({ length: 2000 }, (_, pair) => pair).filter(
        (pair) => !lost.has(2 * pair) && !lost.has(2 * pair + 1),
      )
      expect(log.indices).toEqual(whole)
      expect(log.lost).toBe(2000 - whole.length)
      expect(out.violations).toEqual([])
      expectTruth(log, sentMeans(4000))
    },
  )
})
