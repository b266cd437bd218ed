/**
 * The XDF container as its specification has it: magic, then chunks of
 * `[bytes of length][length][tag][content]`, all numbers little-endian.
 */
import type { NumericFormat } from '../../signal/index.ts'

export const magic = 'XDF:'

export const tags = {
  fileHeader: 1,
  streamHeader: 2,
  samples: 3,
  clockOffset: 4,
  boundary: 5,
  streamFooter: 6,
} as const

/** A reader that lost its way looks for this. */
export const boundaryUuid = Uint8Array.of(
  ...[0x43, 0xa5, 0x46, 0xdc, 0xcb, 0xf5, 0x41, 0x0f],
  ...[0xb3, 0x0e, 0xd5, 0x46, 0x73, 0x83, 0xcb, 0xe4],
)

export const boundaryIntervalSeconds = 10
export const clockOffsetIntervalSeconds = 5

export type XdfNumericFormat = 'int8' | 'int16' | 'int32' | 'int64' | 'float32' | 'double64'
export type XdfFormat = XdfNumericFormat | 'string'

/** Bytes of one value in the file. */
export const valueBytes: Readonly<Record<XdfNumericFormat, number>> = {
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  float32: 4,
  double64: 8,
}

/** The narrowest of our formats that holds each: int64 only up to 2^53. */
export const sampleFormats: Readonly<Record<XdfNumericFormat, NumericFormat>> = {
  int8: 'int16',
  int16: 'int16',
  int32: 'int32',
  int64: 'float64',
  float32: 'float32',
  double64: 'float64',
}

export const xdfFormats: Readonly<Record<NumericFormat, XdfNumericFormat>> = {
  int16: 'int16',
  int32: 'int32',
  float32: 'float32',
  float64: 'double64',
}

/** Our own streams beside the numeric ones, and the words in their headers. */
export const ownNames = {
  markers: 'Markers',
  markerDetails: 'MarkerDetails',
  gaps: 'Gaps',
  clockType: 'SampleClock',
} as const

/** What a reader takes at most, so that a lying header costs nothing. */
export const limits = {
  headerBytes: 1 << 24,
  xmlDepth: 64,
  xmlElements: 2_000_000,
  channels: 65_536,
  streams: 4096,
  clockOffsets: 200_000,
  gaps: 1_000_000,
  markers: 1_000_000,
  markerBytes: 1 << 26,
  repairs: 100_000,
} as const
