/** What a device can do that plays a recording, beside what every device does. */

/** What can be moved in, as a device that measures cannot; it is held by `stop` and `start`. */
export interface PlaybackPort {
  readonly state: PlaybackState
  /** Seconds of the recording that have been played, from its beginning. */
  readonly seconds: number
  /** Goes on from there; a gap of one sample, of no certain length, stands in every stream. */
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
