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
  /** Of the recordings: where the copies go. */
  readonly sessions?: { readonly settings: { readonly mirrorFolder: string | null } }
}

/** Another disk, with a copy of what is recorded. */
export interface MirrorDisk {
  readonly folder: string
  readonly freeBytes: number
}

export class DiskWatch {
  readonly #host: DiskUse
  readonly #ask: (folder: string) => Promise<number>
  readonly #cancel: Cancel
  #freeBytes = 0
  #mirror: MirrorDisk | null = null
  /** How many of the alarms have been told, of the disk and of that of the copy. */
  #alarmed = 0
  #mirrorAlarmed = 0

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

  /** Null where no copy is made. */
  get mirror(): MirrorDisk | null {
    return this.#mirror
  }

  /** At the rate of the open devices; null when nothing streams. */
  get hoursLeft(): number | null {
    return this.#hoursOf(this.#freeBytes)
  }

  #hoursOf(freeBytes: number): number | null {
    const rates = this.#host.streams().map(({ info }) => {
      const rateHz = info.nominalRateHz || 1
      return rateHz * (info.channels.length * 4 + overheadBytes)
    })
    const bytesPerSecond = rates.reduce((sum, rate) => sum + rate, 0)
    return bytesPerSecond > 0 ? freeBytes / bytesPerSecond / 3600 : null
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
    await this.#lookAtMirror()
    const { recordingFolder } = this.#host
    this.#alarmed = this.#warn(recordingFolder, this.hoursLeft, this.#alarmed)
  }

  async #lookAtMirror(): Promise<void> {
    const folder = this.#host.sessions?.settings.mirrorFolder ?? null
    try {
      this.#mirror = folder === null ? null : { folder, freeBytes: await this.#ask(folder) }
    } catch {
      this.#mirror = null // a copy that fails is told by the recorder
    }
    if (!this.#mirror) return
    const hours = this.#hoursOf(this.#mirror.freeBytes)
    this.#mirrorAlarmed = this.#warn(this.#mirror.folder, hours, this.#mirrorAlarmed)
  }

  /** @returns how many alarms have been told by now */
  #warn(folder: string, hoursLeft: number | null, alarmed: number): number {
    const isConcerned = hoursLeft !== null && this.#host.isRecording
    const due = isConcerned ? alarmHours.filter((alarm) => hoursLeft < alarm).length : 0
    if (due > alarmed) this.#alarm(folder, hoursLeft!)
    return due
  }

  #alarm(folder: string, hours: number): void {
    const minutes = Math.floor(hours * 60)
    const left = minutes < 120 ? `${minutes} minutes` : `${Math.floor(hours)} hours`
    const error = new SynapseError(
      'disk-full',
      `recording into ${folder}: the disk is full in ${left}`,
      { remedy: 'Make room on this disk now; what was recorded is safe.' },
    )
    this.#host.notices.add(folder, 'warning', error.note)
  }
}
