/** The device port: what a driver folder under `devices/` provides and what it is lent. */
import type { BleTransport } from './ble.ts'
import type { ByteLink, LinkListener } from './byte-link.ts'
import type { ChunkBuffer, ClockColumns, Gap } from './chunk.ts'
import type { Clock } from './clock.ts'
import type { ErrorNote, SynapseError } from './errors.ts'
import type { ImpedancePort } from './impedance.ts'
import type { LslTransport } from './lsl.ts'
import type { Marker } from './marker.ts'
import type { NetworkTransport } from './network.ts'
import type { OptionsSchema } from './options.ts'
import type { PlaybackPort } from './playback.ts'
import type { StreamId, StreamInfo } from './stream.ts'

export interface DeviceDriver<O = unknown> {
  /** The folder's name: the id in configurations, logs and docs. */
  readonly id: string
  readonly title: string
  /** One sentence for the device list. */
  readonly help: string
  /** What a user names to open one; null where there is nothing to name. */
  readonly address: AddressKind | null
  readonly options: OptionsSchema<O>
  /** What can be opened now. Never throws: what is found but cannot be opened carries a problem. */
  discover(context: DiscoverContext): Promise<readonly FoundDevice[]>
  /**
   * Opens the device and learns what it streams; nothing flows before `start`.
   * @param address what `discover` returned or the user typed: a port, a file, or ''
   * @throws SynapseError port-missing, port-busy, port-denied, wrong-device, silent-device, …
   */
  open(address: string, options: O, context: DeviceContext): Promise<DeviceSession>
}

export interface AddressKind {
  /**
   * A port of the system, a file to be read, a stream of the network, or what advertises itself
   * over Bluetooth.
   */
  readonly kind: 'port' | 'file' | 'bluetooth' | 'stream'
  /** For a form: `Port`. */
  readonly label: string
  readonly example: string
}

export interface FoundDevice {
  readonly driver: string
  readonly address: string
  readonly name: string
  readonly detail?: string
  /** Why it cannot be opened as it is, and the remedy. */
  readonly problem?: ErrorNote
}

export interface DiscoverContext {
  readonly transports: Transports
}

export interface DeviceContext {
  readonly out: DeviceOutput
  readonly clock: Clock
  readonly transports: Transports
}

/** Where a session writes. Chunks are lent for the duration of the call. */
export interface DeviceOutput {
  /** The driver leaves `chunk.time` alone: the host fits it from index and arrival. */
  chunk(stream: StreamId, chunk: ChunkBuffer): void
  /** The next chunk of this stream starts `lostSamples` later. */
  gap(stream: StreamId, gap: Gap): void
  /** Of a stamped stream: before its first chunk, and again whenever it was measured. */
  clockOffset(stream: StreamId, offset: ClockOffset): void
  /** @param at the sample with which it came: the marker then has that sample's fitted time */
  marker(marker: Marker, at?: SamplePlace): void
  fact(fact: DeviceFact): void
  /**
   * Other settings are in force from the next sample of every stream on.
   * @param streams as they are described from there on: the same ones, of the same shape
   */
  configured(streams: readonly StreamInfo[]): void
  link(state: LinkState, cause?: SynapseError): void
}

export interface SamplePlace {
  readonly stream: StreamId
  /** Its chunk is still to come, or is the latest. */
  readonly sample: number
}

export type LinkState =
  | 'streaming'
  | 'paused'
  | 'stalled' // connected, but silent
  | 'reconnecting'
  | 'ended' // a finite source came to its end
  | 'closed'

/** A clock against the host's: host time = its time + offset. */
export interface ClockOffset {
  /** Host time of the measurement. */
  readonly time: number
  readonly offsetSeconds: number
}

/** Something the device said about itself: battery, firmware, a setting, a count of damage. */
export interface DeviceFact {
  readonly name: string
  readonly value: string | number | boolean
  readonly unit?: string
}

export interface DeviceSession {
  readonly streams: readonly StreamInfo[]
  /** By stream; neither where nothing is said. */
  readonly carries?: Readonly<Record<StreamId, ClockColumns>>
  /**
   * Streams whose `deviceTime` says when each sample was taken, on a clock whose offset to the
   * host's is measured: their time is not fitted to arrivals, and the file has their own stamps.
   */
  readonly stamped?: readonly StreamId[]
  /** Absent where the device cannot tell. */
  readonly impedance?: ImpedancePort
  /** Of what plays something that was recorded. */
  readonly playback?: PlaybackPort
  /**
   * Changes the options that the driver's schema marks as live, streaming or not; absent where
   * none can be. Tells `out.configured` between the last sample before and the first one after.
   * @param options all of them, as the driver's schema has parsed them
   * @throws SynapseError bad-option where the device refuses, not-ready while it is away; what was
   * in force still is then
   */
  configure?(options: unknown): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  close(): Promise<void>
}

/** The links a driver may use, handed in so that a test can feed it by hand. */
export interface Transports {
  readonly serial: SerialTransport
  readonly lsl: LslTransport
  readonly ble: BleTransport
  readonly network: NetworkTransport
}

export interface SerialTransport {
  list(): Promise<readonly SerialPortInfo[]>
  /** @throws SynapseError port-missing, port-busy, port-denied, port-failed */
  open(path: string, baudRate: number, listener: LinkListener): Promise<ByteLink>
}

export interface SerialPortInfo {
  readonly path: string
  readonly manufacturer?: string
  readonly serialNumber?: string
  /** USB ids, lower-case hex without prefix. */
  readonly vendorId?: string
  readonly productId?: string
  /** Named by the user, not found by the system: a pseudo-terminal, say. */
  readonly added?: boolean
  /** Why it cannot be opened as it is. */
  readonly problem?: ErrorNote
}
