/** What the life of a board needs of its link, and of what is said over it. */
import type {
  DeviceContext,
  DeviceSession,
  ImpedancePort,
  StreamInfo,
  SynapseError,
} from '../../signal/index.ts'

/** What is asked and told to a board over a link of kind `L`, and what becomes of its bytes. */
export interface BoardProtocol<L> {
  readonly streams: readonly StreamInfo[]
  readonly carries?: DeviceSession['carries']
  /** Absent where the board cannot tell. */
  readonly impedance?: ImpedancePort | null
  /** It speaks when it has something to say: its silence is no alarm. */
  readonly isSeldomHeard?: true
  /** Where the board must hear something now and then, or goes to sleep. */
  readonly keepAliveSeconds?: number
  keepAlive?(link: L): Promise<void>
  /** After every connection, before anything else is said. */
  attach?(link: L): Promise<void>
  /** Before streaming shall begin: what the board answers is still read as an answer. */
  prepare?(link: L): Promise<void>
  /** Said when streaming shall begin, and again when a board that should stream is silent. */
  start(link: L): Promise<void>
  stop(link: L): Promise<void>
  /** After `stop`, when the board has fallen silent. */
  stopped?(link: L): Promise<void>
  /**
   * Sets the board while it is silent; `streams` tell from then on what is in force. The packets
   * that follow do so after a gap of the reason `settings`.
   * @param options as the driver's schema has parsed them
   * @throws SynapseError bad-option where the board refuses; the old settings are in force then
   */
  configure?(link: L, options: unknown): Promise<void>
  /**
   * Called ten times a second: what waited long enough for something else goes on.
   * @param quietSeconds for so long somebody listened since the last call, and heard nothing
   */
  settle(now: number, quietSeconds: number): void
  /** The board was told to start again although it was not told to stop. */
  restarted(): void
  /** The link is down: what is left of a packet will never be completed. */
  cut(): void
  /** The board has stopped as it was told: what follows next does so without a gap. */
  paused(): void
}

/** What a protocol is lent beside its link. */
export interface BoardHost extends DeviceContext {
  /** Told to stream, and not silent. */
  readonly isStreaming: boolean
  /** Samples arrived. */
  heard(hostTime: number): void
}

/** What a link tells the session that opened it. */
export interface LinkEvents {
  /** What arrives is samples, not answers. */
  readonly isStreaming: boolean
  heard(hostTime: number): void
  lost(): void
}

/** How boards of one kind are linked: by a cable, by Bluetooth. */
export interface LinkPort<L> {
  readonly address: string
  /** Attempts at the first connection, and the pause before each further one, at any time. */
  readonly attempts: number
  readonly retrySeconds: number
  /** Errors of the first connection that another attempt may mend. */
  readonly passing: readonly string[]
  /** Errors while the board is away that nobody need be told of. */
  readonly expected: readonly string[]
  /** After "stop", silence so long means that the board has obeyed; it is not awaited for ever. */
  readonly tailSeconds: number
  readonly longestTailSeconds: number
  /** After so long a silence a link that still stands is given up, and made anew. */
  readonly hopelessSeconds: number
  /** A board behind it goes on although the link is down; others must be started again. */
  readonly isBridge: boolean
  /** @throws SynapseError why there is no link */
  connect(events: LinkEvents): Promise<L>
  close(link: L): Promise<void>
  /** Null where the system does not tell. */
  rssiDbm?(link: L): Promise<number | null>
  unlinked(): SynapseError
  silent(): SynapseError
}

/** Asks a board that has just been connected what it is. @throws SynapseError wrong-device, … */
export type MakeProtocol<L> = (link: L, host: BoardHost) => Promise<BoardProtocol<L>>
