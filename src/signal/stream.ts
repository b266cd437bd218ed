/**
 * What a stream is. Raw signal, features, predictions and markers are all streams, so every panel,
 * file format and sink understands all of them from a `StreamInfo` alone.
 */

/** Stable across reconnects: device serial number and stream name, or node id and port. */
export type StreamId = string

/** How one value of a frame is stored. `json` streams carry text or structured values. */
export type SampleFormat = 'int16' | 'int32' | 'float32' | 'float64' | 'json'
export type NumericFormat = Exclude<SampleFormat, 'json'>

/** XDF/LSL content type of a stream: `EEG`, `ACC`, `PPG`, `Markers`, `Features` … */
export type ContentType = string

/** BIDS channel types, upper case. */
export type ChannelType =
  | 'EEG'
  | 'EOG'
  | 'ECG'
  | 'EMG'
  | 'PPG'
  | 'ACCEL'
  | 'GYRO'
  | 'TRIG'
  | 'REF'
  | 'TEMP'
  | 'SYSCLOCK'
  | 'MISC'

export interface Channel {
  /** 10-20, 10-10 or 10-5 name where the channel is a scalp electrode. */
  readonly label: string
  readonly type: ChannelType
  /** Unit of the physical value: `uV`, `g`, `kOhm`, `s`, `1`. */
  readonly unit: string
  /** physical = raw × scale + offset */
  readonly scale: number
  readonly offset: number
  /** Lowest and highest physical value the converter can give; a channel near either is railed. */
  readonly range?: readonly [number, number]
  /** Metres in the head frame: X right, Y front, Z up. */
  readonly position?: readonly [number, number, number]
}

/** Where a stream comes from, so that a file can say it years later. */
export interface Origin {
  /** A device driver's id, or `graph`. */
  readonly source: string
  readonly manufacturer?: string
  readonly model?: string
  readonly serialNumber?: string
  readonly firmware?: string
  /**
   * What another program said of its stream, as it came: the XML element `desc` of LSL. Files and
   * outlets repeat of it what is not said by the fields here.
   */
  readonly description?: string
  /** Settings in force when the stream was opened: gain, reference, node options … */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
}

export interface StreamInfo {
  readonly id: StreamId
  readonly name: string
  readonly type: ContentType
  readonly sampleFormat: SampleFormat
  /** Samples per second; 0 means irregular. */
  readonly nominalRateHz: number
  readonly channels: readonly Channel[]
  readonly origin: Origin
}

/** A channel whose raw values already are physical ones. */
export function physicalChannel(
  label: string,
  type: ChannelType,
  unit: string,
  range?: readonly [number, number],
): Channel {
  return { label, type, unit, scale: 1, offset: 0, ...(range ? { range } : {}) }
}
