/** What a device can do that plays a recording, beside what every device does. */

/** What can be held and moved in, as a device that measures cannot. */
export interface PlaybackPort {
  readonly state: PlaybackState
  /** Seconds of the recording that have been played, from its beginning. */
  readonly seconds: number
  pause(paused: boolean): void
  /** The index jumps with it: what was passed by is told as a gap of no certain length. */
  seek(seconds: number): void
  set(change: { readonly speed?: number | undefined; readonly loop?: boolean | undefined }): void
}

export interface PlaybackState {
  readonly paused: boolean
  /** Times real time. */
  readonly speed: number
  /** Begins again at the end. */
  readonly loop: boolean
  readonly lengthSeconds: number
}
