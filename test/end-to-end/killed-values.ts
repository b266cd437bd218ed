/** What `recorder-child.ts` records, so that every value of it can be held against its index. */
export const killedChannels = 64
export const killedRateHz = 1000

export function killedValue(sample: number, channel: number): number {
  return (sample * 64 + channel * 7919) % 8_388_607
}
