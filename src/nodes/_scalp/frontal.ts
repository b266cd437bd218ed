/** Which channels see the eyes best. */
import type { StreamInfo } from '../../signal/index.ts'

const byEyes = /^(fp1|fpz|fp2|af7|af8)$/i

/**
 * Indices of the channels nearest to the eyes, by their 10-20 labels; where no label tells, the
 * first two channels, which is where most caps and boards put them.
 */
export function frontalChannels(info: StreamInfo): number[] {
  const labelled = info.channels.flatMap(({ label }, index) => {
    const electrode = label
      .trim()
      .replace(/^EEG\s+/i, '')
      .replace(/-.*$/, '')
    return byEyes.test(electrode) ? [index] : []
  })
  if (labelled.length) return labelled
  return info.channels.slice(0, 2).map((_, index) => index)
}
