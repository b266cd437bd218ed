/** How much room the disk has, and for how long it will do; warns while there is time. */
import { type Cancel, type Clock, type StreamInfo, SynapseError } from '../signal/index.ts'
import type { Notices } from './notices.ts'
import { freeBytes } from './recording-files.ts'

const watchSeconds = 2
/** Told once each, on the way down. */
const alarmHours = [4, 1, 0.25, 1 / 30]
/** Bytes that a frame takes in a file beside its values: two stamps, index, host time and more. */
const overheadBytes = 50

/** What is watched: the disk of a folder, for what streams into it. */
export interface DiskUse {
  readonly clock: Clock
  /** Of the recording that runs, or of the one that would be made. */
  readonly recordingFolder: string
  readonly notices: Notices
  streams(): readonly { readonly info: StreamInfo }[]
  readonly isRecording: boolean
}

export class DiskWatch {
  readonly #host: DiskUse
  readonly #ask: (folder: string) => Promise<number>
  readonly #cancel: Cancel
  #freeBytes = 0
  /** How many of the alarms have been told. */
  #alarmed = 0

  /** @param ask how many bytes are free on the disk of a folder */
  constructor(host: DiskUse, ask = freeBytes) {
    this.#host = host
    this.#ask = ask
    void this.#look()
    this.#cancel = host.clock.every(watchSeconds, () => void this.#look())
  }

  get freeBytes(): number {
    return this.#freeBytes
  }

  /** At the rate of the open devices; null when nothing streams. */
  get hoursLeft(): number | null {
    const rates = this.#host.streams().map(({ info }) => {
      const rateHz = info.nominalRateHz || 1
      return rateHz * (info.channels.length * 4 + overheadBytes)
    })
    const bytesPerSecond = rates.reduce((sum, rate) => sum + rate, 0)
    return bytesPerSecond > 0 ? this.#freeBytes / bytesPerSecond / 3600 : null
  }

  end(): void {
    this.#cancel()
  }

  async #look(): Promise<void> {
    try {
      this.#freeBytes = await this.#ask(this.#host.recordingFolder)
    } catch {
      // A disk that cannot be asked shows itself when the recorder writes to it.
      return
    }
    const { hoursLeft } = this
    const isConcerned = hoursLeft !== null && this.#host.isRecording
    const due = isConcerned ? alarmHours.filter((alarm) => hoursLeft < alarm).length : 0
    if (due > this.#alarmed) this.#alarm(hoursLeft!)
    this.#alarmed = due
  }

  #alarm(hours: number): void {
    const minutes = Math.floor(hours * 60)
    const left = minutes < 120 ? `${minutes} minutes` : `${Math.floor(hours)} hours`
    const error = new SynapseError(
      'disk-full',
      `recording into ${this.#host.recordingFolder}: the disk is full in ${left}`,
      { remedy: 'Make room on this disk now; what was recorded is safe.' },
    )
    this.#host.notices.add(this.#host.recordingFolder, 'warning', error.note)
  }
}
