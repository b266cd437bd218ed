/** Says when a board that should stream has fallen silent, and when it should be started again. */
import type { Cancel, Clock } from '../../signal/index.ts'

export interface SilenceListener {
  /** Of the time since the last call, so much was listened through in silence. */
  passed(quietSeconds: number, now: number): void
  /** Silent for `stalledSeconds`; not called again before something was heard. */
  stalled(): void
  /** Silent for `restartSeconds`, and again after so long. */
  restart(silentSeconds: number): void
  /** Heard again after `stalled` or `expectNothing`. */
  resumed(): void
}

const watchSeconds = 0.1
const stalledSeconds = 1
const restartSeconds = 3

export class SilenceWatch {
  readonly #clock: Clock
  readonly #listener: SilenceListener
  #cancel: Cancel | null = null
  #watchedAt = 0
  #heardAt = 0
  #startedAt = 0
  #isStalled = false
  #isLinked = true

  constructor(clock: Clock, listener: SilenceListener) {
    this.#clock = clock
    this.#listener = listener
  }

  get heardAt(): number {
    return this.#heardAt
  }

  /** Silent, or not linked. */
  get isStalled(): boolean {
    return this.#isStalled
  }

  /** The board has been told to stream. */
  begin(): void {
    this.#watchedAt = this.#heardAt = this.#startedAt = this.#clock.now()
    this.#isStalled = false
    this.#cancel ??= this.#clock.every(watchSeconds, () => this.#look())
  }

  end(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#isStalled = false
  }

  heard(hostTime: number): void {
    this.#heardAt = hostTime
    if (!this.#isStalled) return
    this.#isStalled = false
    this.#listener.resumed()
  }

  /** The link is down: nobody need be told of the silence. */
  unlinked(): void {
    this.#isLinked = false
    this.#isStalled = true
  }

  /** The link is up again; a board that has not begun within `stalledSeconds` is started again. */
  linked(): void {
    this.#isLinked = true
    this.#startedAt = this.#clock.now() - restartSeconds + stalledSeconds
  }

  /** Runs while the event loop is alive, so that a busy host is not taken for a silent board. */
  #look(): void {
    const now = this.#clock.now()
    const elapsed = now - this.#watchedAt
    this.#watchedAt = now
    const silent = now - this.#heardAt
    const isBusy = silent < elapsed
    // Through a link that stands, what was sent while the host was busy is still to be read.
    const listened = this.#isLinked ? Math.min(elapsed, 2 * watchSeconds) : elapsed
    this.#listener.passed(isBusy ? 0 : listened, now)
    if (isBusy || !this.#isLinked) return
    if (silent > stalledSeconds && !this.#isStalled) {
      this.#isStalled = true
      this.#listener.stalled()
    }
    if (silent > restartSeconds && now - this.#startedAt > restartSeconds) {
      this.#startedAt = now
      this.#listener.restart(silent)
    }
  }
}
