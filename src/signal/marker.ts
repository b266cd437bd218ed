/** Something that happened at a moment: a key press, a trigger, a detected event. */
export interface Marker {
  /** Seconds on the host's monotonic clock. */
  readonly time: number
  readonly label: string
  /** 0 for a moment. */
  readonly durationSeconds: number
  /** Who set it: `keyboard`, `cli`, a device or node id. */
  readonly source: string
  readonly value?: number
}
