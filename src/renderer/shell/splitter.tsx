/** The movable edge of a side panel: dragged, or moved with the arrow keys. */
import { clampWidth, panelWidths } from '../state/preferences.ts'
import { usePreferences, useWorkbench } from '../state/workbench.ts'

const keyStep = 16

export function Splitter({ side }: { side: 'left' | 'right' }) {
  const { preferences } = useWorkbench()
  const name = side === 'left' ? 'devicesWidth' : 'inspectorWidth'
  const width = usePreferences()[name]
  const outwards = side === 'left' ? 1 : -1
  const resize = (pixels: number) => preferences.patch({ [name]: clampWidth(pixels) })
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule across the page cannot be moved
    <div
      className="splitter"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={side === 'left' ? 'Width of devices' : 'Width of inspector'}
      aria-valuenow={width}
      aria-valuemin={panelWidths.least}
      aria-valuemax={panelWidths.most}
      onKeyDown={(event) => {
        const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
        if (!direction) return
        event.preventDefault()
        resize(width + direction * outwards * keyStep)
      }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
        resize(side === 'left' ? event.clientX : window.innerWidth - event.clientX)
      }}
    />
  )
}
