/**
 * The other side of a driver: a board that a program talks to as if it were the real one, on a
 * pseudo-terminal or over Bluetooth. It streams at the true rate, from a recording or made up, and can be told to
 * lose, corrupt and delay; what it did is the ground truth that a test compares with.
 */
import type { Clock, OptionsSchema } from '../../signal/index.ts'
import type { OpenAir } from '../_fake-bluez/air.ts'
import type { OpenPty } from '../_pty/pty.ts'

export interface DeviceEmulator<O = unknown> {
  /** The driver's id. */
  readonly id: string
  readonly title: string
  readonly options: OptionsSchema<O>
  /** @throws SynapseError setup-needed, file-…, io-failed */
  start(options: O, context: EmulatorContext): Promise<RunningEmulator>
}

export interface EmulatorContext {
  readonly clock: Clock
  /** Everything it does to the data, as it happens. */
  event(event: EmulatorEvent): void
  /** Where Bluetooth boards are put on; without it, each has an air of its own. */
  readonly openAir?: OpenAir
  /** What boards on a serial port are put on; without it, a pseudo-terminal of the system. */
  readonly openPty?: OpenPty
}

/** One entry of the ground truth. Packets count from 0 at the first that the board made. */
export interface EmulatorEvent {
  readonly kind:
    | 'started'
    | 'stopped'
    | 'lost'
    | 'corrupted'
    | 'delayed'
    | 'reordered'
    | 'unplugged'
    | 'plugged'
    | 'ended'
  readonly packet: number
  /** How many packets, for `lost`. */
  readonly count?: number
  /** How a packet was corrupted, why packets were lost. */
  readonly how?: string
  /** Where packets come on several channels: which it was, and how many came on it before. */
  readonly on?: string
  readonly index?: number
}

export interface RunningEmulator {
  /** What to open. */
  readonly address: string
  /** To be set in the environment of whoever opens it. */
  readonly environment?: Readonly<Record<string, string>>
  /** `lose 0.01`, `corrupt 0.01`, `delay 0.05`, `unplug [seconds]`, `plug`; answers in words. */
  command(line: string): string
  summary(): EmulatorSummary
  close(): Promise<void>
}

export interface EmulatorSummary {
  readonly packets: number
  readonly sent: number
  readonly lost: number
  readonly corrupted: number
}
