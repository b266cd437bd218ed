/** Every panel there is: a folder and a line here. */
import type { ComponentType } from 'react'
import { DevicesPanel } from './devices/index.tsx'
import { GraphPanel } from './graph/index.tsx'
import { InspectorPanel } from './inspector/index.tsx'
import { LivePanel } from './live/index.tsx'
import { ReviewPanel } from './review/index.tsx'
import { SessionsPanel } from './sessions/index.tsx'

export interface PanelEntry {
  readonly id: string
  readonly title: string
  /** Of those in the centre one is shown at a time, by its tab. */
  readonly place: 'left' | 'centre' | 'right'
  readonly Panel: ComponentType
}

export const panelCatalog: readonly PanelEntry[] = [
  { id: 'devices', title: 'Devices', place: 'left', Panel: DevicesPanel },
  { id: 'live', title: 'Live', place: 'centre', Panel: LivePanel },
  { id: 'graph', title: 'Graph', place: 'centre', Panel: GraphPanel },
  { id: 'sessions', title: 'Sessions', place: 'centre', Panel: SessionsPanel },
  { id: 'review', title: 'Review', place: 'centre', Panel: ReviewPanel },
  { id: 'inspector', title: 'Inspector', place: 'right', Panel: InspectorPanel },
]
