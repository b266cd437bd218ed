/** Draws a component again whenever its slow stream has something new. */
import { useSyncExternalStore } from 'react'
import type { ViewStream } from '../../../contract/index.ts'
import type { FeatureStream } from '../../frames/feature-stream.ts'
import { useWorkbench } from '../../state/workbench.ts'

const never = () => () => {}
const zero = () => 0

export function useFeature(stream: ViewStream | undefined): FeatureStream | undefined {
  const feature = useWorkbench().feed.feature(stream)
  useSyncExternalStore(feature?.subscribe ?? never, feature?.getVersion ?? zero)
  return feature
}
