/** What the host says a channel is worth, in words. */
import { useSyncExternalStore } from 'react'
import { qualityFields, qualityReasons } from '../../../contract/index.ts'
import { useSetup, useWorkbench } from '../../state/workbench.ts'

const fields = qualityFields.length

export interface Quality {
  /** 0 to 1. */
  readonly score: number
  readonly rms: number
  /** 0 to 1. */
  readonly mainsShare: number
  readonly reason: (typeof qualityReasons)[number]
}

const never = () => () => {}
const zero = () => 0

/** A function from channel to quality: undefined before the first judgement. */
export function useQuality(of: { device: string; source: string } | undefined) {
  const { feed } = useWorkbench()
  const stream = useSetup()?.streams.find(
    ({ role, device, source }) =>
      role === 'quality' && device === of?.device && source === of.source,
  )
  const feature = feed.feature(stream)
  useSyncExternalStore(feature?.subscribe ?? never, feature?.getVersion ?? zero)
  return (channel: number): Quality | undefined => {
    const values = feature?.latest.subarray(channel * fields, (channel + 1) * fields)
    if (values?.length !== fields) return undefined
    const [score, rms, mainsShare, reason] = values as unknown as [number, number, number, number]
    return { score, rms, mainsShare, reason: qualityReasons[reason] ?? 'noisy' }
  }
}
