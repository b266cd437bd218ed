/** The air between an emulated board and the computer that listens to it. */

export interface GattService {
  readonly uuid: string
  readonly characteristics: readonly GattCharacteristic[]
}

export interface GattCharacteristic {
  readonly uuid: string
  readonly flags: readonly ('read' | 'write' | 'write-without-response' | 'notify')[]
}

/** Who advertises. */
export interface Identity {
  /** `AA:BB:CC:DD:EE:01` */
  readonly address: string
  readonly name: string
  readonly services: readonly GattService[]
  /** What is advertised of them; some boards keep their services to themselves. */
  readonly advertised: readonly string[]
  readonly rssiDbm: number
}

/** The board's ear. */
export interface AirListener {
  connected(): void
  disconnected(): void
  read(characteristic: string): Uint8Array
  write(characteristic: string, bytes: Uint8Array): void
}

export interface Air {
  /** Set in the environment of whoever shall hear the board. */
  readonly environment: Readonly<Record<string, string>>
  /** The board advertises itself from now on. */
  appear(): void
  /** The board is gone without a word; a connection to it breaks. */
  vanish(): void
  /** @returns false where nobody is connected and has subscribed */
  notify(characteristic: string, bytes: Uint8Array): boolean
  close(): Promise<void>
}

/** @throws SynapseError setup-needed, io-failed */
export type OpenAir = (identity: Identity, listener: AirListener) => Promise<Air>
