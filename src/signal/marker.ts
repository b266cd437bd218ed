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
  /** It is a row of a stream of texts that are no markers: a file has that stream as one of its own. */
  readonly row?: TextRow
  /** It tells of an electrode: a file has those as a stream of numbers, too. */
  readonly measured?: MeasuredElectrode
}

export interface MeasuredElectrode {
  /** All that its device can measure, in their order. */
  readonly electrodes: readonly string[]
  /** One of them. */
  readonly electrode: string
  /** Infinite where it is off. */
  readonly kohm: number
}

export interface TextRow {
  readonly stream: TextStream
  /** As many as the stream has channels. */
  readonly texts: readonly string[]
}

/** An irregular stream of texts: a log, say, or what somebody typed. */
export interface TextStream {
  readonly name: string
  /** Content type, in its sender's words. */
  readonly type: string
  readonly sourceId: string
  readonly channels: readonly string[]
  /** What is in force from then on, as JSON: of ours, and no marker for anybody. */
  readonly role?: 'settings'
}

/** Where a recording of ours says what was in force. */
export const settingsStream: TextStream = {
  name: 'Settings',
  type: 'Settings',
  sourceId: 'synapsestream settings',
  channels: ['Settings'],
  role: 'settings',
}
