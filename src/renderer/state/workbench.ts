/** Everything that stands behind the screen, handed down to every panel. */
import { createContext, useContext } from 'react'
import type { Setup, Status } from '../../contract/index.ts'
import type { Feed } from '../frames/feed.ts'
import type { HostLink } from '../host/host-link.ts'
import type { Discovery } from './discovery.ts'
import type { GraphDesk } from './graph-desk.ts'
import type { Preferences } from './preferences.ts'
import type { Recorder } from './recorder.ts'
import type { Review } from './review.ts'
import type { Sessions } from './sessions.ts'
import { type Store, useStore } from './store.ts'

/** How the live view stands now; forgotten at the end. */
export interface ViewState {
  readonly paused: boolean
  readonly page: number
  /** The key of the selected row. */
  readonly selected: string | null
  /** Units in a division, by `scaleKey`, of what has no scale of its own; fitted once. */
  readonly fits: Readonly<Record<string, number>>
  readonly keysShown: boolean
  /** A trace is being taken. */
  readonly tracing: boolean
}

/** Something that this window has to say; what the host has to say stands in its setup. */
export interface Message {
  readonly number: number
  readonly level: 'info' | 'warning' | 'fault'
  readonly about: string
  readonly text: string
  readonly remedy: string
}

export interface Workbench {
  readonly link: HostLink
  readonly setup: Store<Setup | null>
  readonly status: Store<Status | null>
  /** Of the status, so that few things hear four times a second: null, or the recording's path. */
  readonly recordingPath: Store<string | null>
  readonly preferences: Store<Preferences>
  readonly view: Store<ViewState>
  readonly messages: Store<readonly Message[]>
  readonly recorder: Recorder
  readonly discovery: Discovery
  readonly sessions: Sessions
  readonly graphDesk: Store<GraphDesk>
  readonly review: Review
  readonly feed: Feed
}

const WorkbenchContext = createContext<Workbench | null>(null)
export const WorkbenchProvider = WorkbenchContext.Provider

export function useWorkbench(): Workbench {
  const workbench = useContext(WorkbenchContext)
  if (!workbench) throw new Error('broken invariant: a panel stands outside the workbench')
  return workbench
}

export function useSetup(): Setup | null {
  return useStore(useWorkbench().setup)
}

export function usePreferences(): Preferences {
  return useStore(useWorkbench().preferences)
}

export function useView(): ViewState {
  return useStore(useWorkbench().view)
}
