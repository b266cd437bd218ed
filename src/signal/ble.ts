/** Bluetooth Low Energy as a driver sees it, whatever the system's stack is. */

/**
 * UUIDs are lower-case with dashes, 36 characters; `bleUuid` makes them of the short ones.
 */
export interface BleTransport {
  /**
   * Everything that advertises nearby, listened to for some seconds. Calls that overlap share one
   * scan.
   * @throws SynapseError bluetooth-missing, bluetooth-off, bluetooth-denied, bluetooth-failed
   */
  scan(): Promise<readonly BleAdvertisement[]>
  /**
   * Connects and learns the characteristics; looks around for the device first where it is not
   * known yet.
   * @param address as `scan` gave it, or the name under which it advertises
   * @throws SynapseError as `scan`, and device-missing
   */
  connect(address: string, listener: BleListener): Promise<BleLink>
}

export interface BleAdvertisement {
  /** `AA:BB:CC:DD:EE:01`; on macOS an identifier that the system made up. */
  readonly address: string
  /** Empty where it has none. */
  readonly name: string
  readonly services: readonly string[]
  /** Null where it is not known: connected already, or remembered from an earlier scan. */
  readonly rssiDbm: number | null
}

export interface BleListener {
  /** The device went away; not called after `close()`, at most once. */
  lost(): void
}

export interface BleLink {
  readonly name: string
  /** Of every service that was found. */
  readonly characteristics: ReadonlySet<string>
  /** Bytes of one notification are at most three fewer; null where the system does not tell. */
  readonly mtu: number | null
  /** @throws SynapseError link-lost, bluetooth-failed, wrong-device where there is none such */
  read(characteristic: string): Promise<Uint8Array>
  /** Writes leave in the order of the calls. @throws as `read` */
  write(characteristic: string, bytes: Uint8Array, response: boolean): Promise<void>
  /**
   * @param notified gets every notification; `bytes` are lent, `hostTime` is when they arrived
   * @throws as `read`
   */
  subscribe(
    characteristic: string,
    notified: (bytes: Uint8Array, hostTime: number) => void,
  ): Promise<void>
  /** Null where the system does not tell. */
  rssiDbm(): Promise<number | null>
  /** Never throws, and returns although the device does not answer. */
  close(): Promise<void>
}

const shortSuffix = '-0000-1000-8000-00805f9b34fb'

/** @param uuid of 4 or 32 hex digits, with dashes or without, in either case */
export function bleUuid(uuid: string): string {
  const hex = uuid.toLowerCase().replaceAll('-', '')
  if (hex.length <= 8) return `${hex.padStart(8, '0')}${shortSuffix}`
  return [8, 12, 16, 20, 32].map((end, i, all) => hex.slice(all[i - 1] ?? 0, end)).join('-')
}
