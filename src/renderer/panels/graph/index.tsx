/** The graph panel: loaded when it is shown, because what lays graphs out is large. */
import { lazy, Suspense } from 'react'

const GraphView = lazy(async () => ({ default: (await import('./graph-view.tsx')).GraphView }))

export function GraphPanel() {
  return (
    <Suspense fallback={<p className="nothing dim">Opening …</p>}>
      <GraphView />
    </Suspense>
  )
}
