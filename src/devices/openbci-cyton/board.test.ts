import { describe, expect, test } from 'vitest'
import type { BoardSource } from '../_cyton/amplifier.ts'
import { int16, int24, packetBytes, stop } from '../_cyton/packet.ts'
import { CytonBoard } from './board.ts'

const ramp = (): BoardSource => {
  let sample = 0
  return {
    next(counts, accel) {
      counts.fill(sample)
      accel.fill(0)
      // A new value of the accelerometer every tenth sample, as the real one has.
      if (sample++ % 10 === 3) accel.set([100, -200, 8000])
      return true
    },
  }
}

function board() {
  let said = ''
  const made = new CytonBoard(ramp(), (text) => {
    said += text
  })
  return {
    made,
    ask(command: string): string {
      said = ''
      made.receive(Buffer.from(command, 'latin1'))
      return said
    },
  }
}

describe('answers of the firmware', () => {
  test.each([
    ['v', /^OpenBCI V3 8-16 channel\n[\s\S]*Firmware: v3\.1\.2\n\$\$\$$/],
    ['d', /^updating channel settings to default\$\$\$$/],
    ['D', /^060110\$\$\$$/],
    ['x3020000X', /^Success: Channel set for 3\$\$\$$/],
    ['x302000XX', /^Success/],
    ['x30200000', /^Failure: Err: 9th char not X\$\$\$$/],
    ['z410Z', /^Success: Lead off set for 4\$\$\$$/],
    ['~6', /^Success: Sample rate is 250Hz\$\$\$$/],
    ['/0', /^Success: default\$\$\$$/],
    ['<', /^Time stamp ON\$\$\$$/],
    ['>', /^Time stamp OFF\$\$\$$/],
    ['C', /^no daisy to attach!8\$\$\$$/],
    ['\xf0\x07', /^Success: System is Up\$\$\$$/],
    ['\xf0\x00', /Channel number: 7.\$\$\$$/],
    ['1!', /^$/],
  ])('%j', (command, answer) => {
    expect(board().ask(command)).toMatch(answer)
  })

  test('it answers nothing while it streams', () => {
    const { made, ask } = board()
    ask('b')
    expect([made.streaming, ask('d'), ask('<')]).toEqual([true, '', ''])
    ask('s')
    expect(made.streaming).toBe(false)
  })

  test('commands may arrive byte by byte', () => {
    const { ask } = board()
    const answers = [...'x1060110X'].map((byte) => ask(byte))
    expect(answers.join('')).toBe('Success: Channel set for 1$$$')
  })
})

test('the counter is free-running: a stop does not reset it', () => {
  const { made, ask } = board()
  const packet = new Uint8Array(packetBytes)
  const counters = Array.from({ length: 300 }, () => {
    ask('sb')
    made.packet(packet, 0)
    return packet[1]
  })
  expect(counters).toEqual(Array.from({ length: 300 }, (_, i) => i & 255))
})

test('a channel that is switched off gives zeros', () => {
  const { made, ask } = board()
  const packet = new Uint8Array(packetBytes)
  made.packet(packet, 0)
  ask('2')
  made.packet(packet, 0)
  expect([0, 1, 2].map((c) => int24(packet, 2 + c * 3))).toEqual([1, 0, 1])
  ask('@')
  made.packet(packet, 0)
  expect(int24(packet, 5)).toBe(2)
})

test('stamped packets bear X, Y and Z where the counter modulo 10 is 7, 8 and 9', () => {
  const { made, ask } = board()
  ask('<')
  const packet = new Uint8Array(packetBytes)
  const seen = Array.from({ length: 40 }, () => {
    made.packet(packet, 1234)
    return [packet[32], int16(packet, 26)]
  })
  expect(seen[0]).toEqual([stop.accelTimeSet, 0])
  expect(seen.slice(1).every(([stopByte]) => stopByte === stop.accelTime)).toBe(true)
  expect(seen.slice(16, 21).map(([, value]) => value)).toEqual([0, 100, -200, 8000, 0])
})
