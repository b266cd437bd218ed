/** Which numbers a BrainVision data file holds for a channel, and what they are multiplied by. */
import type { Channel } from '../../signal/index.ts'
import type { SurveyedStream } from '../export/survey.ts'

export type BinaryFormat = 'INT_16' | 'IEEE_FLOAT_32'

export interface StoredChannel {
  /** stored = raw × scale + offset; physical = stored × resolution */
  readonly scale: number
  readonly offset: number
  readonly resolution: number
}

export interface StoredValues {
  readonly format: BinaryFormat
  readonly channels: readonly StoredChannel[]
}

/** Float32 has all whole numbers up to here. */
const exactInFloat32 = 2 ** 24

export function storedValues({ info, channels }: SurveyedStream): StoredValues {
  const fits16 = info.channels.every((channel, i) => {
    const { lowest, highest, isWhole, notFinite } = channels[i]!
    const inRange = lowest >= -32_768 && highest <= 32_767
    return isPlain(channel) && isWhole && notFinite === 0 && inRange
  })
  return {
    format: fits16 ? 'INT_16' : 'IEEE_FLOAT_32',
    channels: info.channels.map((channel, i) => {
      const { lowest, highest, isWhole } = channels[i]!
      const isExact =
        info.sampleFormat === 'float32' ||
        (isWhole && lowest >= -exactInFloat32 && highest <= exactInFloat32)
      if (isPlain(channel) && (fits16 || isExact)) {
        return { scale: 1, offset: 0, resolution: channel.scale }
      }
      return { scale: channel.scale, offset: channel.offset, resolution: 1 }
    }),
  }
}

/** Raw values can be stored: there is a factor in the header, but no offset. */
function isPlain({ scale, offset }: Channel): boolean {
  return offset === 0 && Number.isFinite(scale) && scale !== 0
}
