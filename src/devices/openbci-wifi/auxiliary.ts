/** The accelerometer or the pins of a board on a shield, with the losses of its samples. */
import type { DeviceOutput, GapReason, StreamInfo } from '../../signal/index.ts'
import { Accelerometer, Pins } from '../_cyton/auxiliary.ts'

const axesAt = 26
const axesBytes = 6

export interface Auxiliary {
  packet(bytes: Uint8Array, at: number, hostTime: number): void
  lost(samples: number, exact: boolean, reason: GapReason): void
  flush(): void
}

/** @param repeats the board sends the latest reading again until there is another */
export function auxiliaryOf(out: DeviceOutput, info: StreamInfo, repeats: boolean): Auxiliary {
  const parts =
    info.type === 'ACC'
      ? new Accelerometer(out, info.id)
      : new Pins(out, info.id, info.type === 'TRIG', 'openbci-wifi')
  const latest = new Uint8Array(axesBytes)
  return {
    packet(bytes, at, hostTime) {
      if (repeats && !differs(bytes, at + axesAt, latest)) return
      for (let i = 0; i < axesBytes; i++) latest[i] = bytes[at + axesAt + i]!
      parts.packet(bytes, at, hostTime)
    },
    lost: (samples, exact, reason) => parts.lost(samples, exact, reason),
    flush: () => parts.flush(),
  }
}

function differs(bytes: Uint8Array, at: number, from: Uint8Array): boolean {
  for (let i = 0; i < from.length; i++) if (bytes[at + i] !== from[i]) return true
  return false
}
