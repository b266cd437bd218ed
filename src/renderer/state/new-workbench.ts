/** Builds the workbench and keeps it in step with the host. */
import type { Channel, EventData, EventName, Setup, Status } from '../../contract/index.ts'
import { Feed } from '../frames/feed.ts'
import { HostLink, type HostListener } from '../host/host-link.ts'
import { Discovery } from './discovery.ts'
import { newGraphDesk } from './graph-desk.ts'
import { recordingMessage, say } from './messages.ts'
import { type Preferences, readPreferences } from './preferences.ts'
import { Recorder } from './recorder.ts'
import { Review } from './review.ts'
import { Sessions } from './sessions.ts'
import { Store } from './store.ts'
import type { Message, ViewState, Workbench } from './workbench.ts'

const preferencesKey = 'synapsestream.preferences'

interface Kept {
  getItem(key: string): string | null
  setItem(key: string, text: string): void
}

export function newWorkbench(openChannel: () => Promise<Channel>, storage: Kept): Workbench {
  const listener: HostListener = {
    opened: () => opened(workbench),
    event: (name, data) => heard(workbench, name, data),
    frames: (frames) => feed.frames(frames),
    problem: ({ code, message, remedy }) =>
      say(messages, { level: 'fault', about: code, text: message, remedy }),
  }
  const feed = new Feed()
  const messages = new Store<readonly Message[]>([])
  const link = new HostLink(openChannel, listener)
  const workbench: Workbench = {
    link,
    feed,
    messages,
    setup: new Store<Setup | null>(null),
    status: new Store<Status | null>(null),
    recordingPath: new Store<string | null>(null),
    preferences: keptPreferences(storage),
    view: new Store<ViewState>({
      paused: false,
      page: 0,
      selected: null,
      fits: {},
      keysShown: false,
      tracing: false,
    }),
    recorder: new Recorder(link, (result) => say(messages, recordingMessage(result))),
    discovery: new Discovery(link),
    sessions: new Sessions(link),
    graphDesk: newGraphDesk(storage),
    review: new Review(link),
  }
  return workbench
}

/** Reads them once; every change is kept from then on. Storage may be forbidden: then not. */
function keptPreferences(storage: Kept): Store<Preferences> {
  let text: string | null = null
  try {
    text = storage.getItem(preferencesKey)
  } catch {}
  const preferences = new Store(readPreferences(text))
  preferences.subscribe(() => {
    try {
      storage.setItem(preferencesKey, JSON.stringify(preferences.get()))
    } catch {}
  })
  return preferences
}

function opened({ feed, setup, status, recordingPath, sessions }: Workbench): void {
  sessions.reset()
  feed.reset()
  setup.set(null)
  status.set(null)
  recordingPath.set(null)
}

function heard<E extends EventName>(workbench: Workbench, name: E, data: EventData<E>): void {
  if (name === 'setup') heardSetup(workbench, data as Setup)
  else if (name === 'status') heardStatus(workbench, data as Status)
  else if (name === 'sessions') workbench.sessions.heard(data as EventData<'sessions'>)
  else workbench.feed.marker(data as EventData<'marker'>)
}

function heardSetup(workbench: Workbench, setup: Setup): void {
  const first = workbench.setup.get() === null
  workbench.feed.arrange(setup)
  workbench.setup.set(setup)
  if (setup.devices.length > 0) workbench.recorder.becameReady()
  if (!first) return
  void workbench.discovery.look()
  void workbench.recorder.propose()
  // The view is shared: what this user chose goes only to a host on which nobody works yet.
  const { filters } = workbench.preferences.get()
  if (filters && setup.devices.length === 0) void workbench.link.call('view.set', filters)
}

function heardStatus(workbench: Workbench, status: Status): void {
  workbench.feed.withheld(status.droppedFrames, status.time)
  workbench.recordingPath.set(status.recording?.path ?? null)
  workbench.status.set(status)
}
