/** What keys and buttons do. */
import type { LslSending, Params, ViewChange, ViewSettings } from '../../contract/index.ts'
import { asSynapseError } from '../../signal/index.ts'
import { pageCount, rowsOf, rowsPerPage } from '../frames/rows.ts'
import { scaleSteps, step, timeBases } from '../frames/steps.ts'
import { say, traceMessage } from './messages.ts'
import { sideToggled } from './side-panels.ts'
import type { Workbench } from './workbench.ts'

/** How long a trace is. */
export const tracedSeconds = 5

export function togglePause({ view }: Workbench): void {
  view.patch({ paused: !view.get().paused })
}

export function toggleKeys({ view }: Workbench): void {
  view.patch({ keysShown: !view.get().keysShown })
}

export function toggleSide({ preferences }: Workbench, side: 'devices' | 'inspector'): void {
  preferences.patch(sideToggled(window.innerWidth, preferences.get(), side))
}

export function toggleRecording({ recorder, recordingPath }: Workbench): void {
  void (recordingPath.get() === null ? recorder.start() : recorder.stop())
}

/** What a marker says where nothing was typed. */
export const usualMarkLabel = 'event'

/** A marker is placed when the key goes down; its line appears when the host has it. */
export function mark(workbench: Workbench, typed = workbench.preferences.get().markLabel): void {
  const label = typed.trim() || usualMarkLabel
  run(workbench, `marking "${label}"`, workbench.link.call('markers.add', { label }))
}

/** @param inputs all of them where none is named */
export function checkImpedance(workbench: Workbench, device: string, inputs?: string[]): void {
  const params = inputs ? { device, inputs } : { device }
  run(workbench, 'measuring impedance', workbench.link.call('impedance.start', params))
}

export function stopImpedance(workbench: Workbench, device: string): void {
  run(workbench, 'ending the check', workbench.link.call('impedance.stop', { device }))
}

/** Changes how everybody sees the traces. What a user chooses is kept for a fresh host. */
export function setView(workbench: Workbench, change: ViewChange): void {
  const view = workbench.setup.get()?.view
  if (view) {
    const { lowCutHz, highCutHz, notchHz, removeBlinks } = { ...view, ...change } as ViewSettings
    workbench.preferences.patch({ filters: { lowCutHz, highCutHz, notchHz, removeBlinks } })
  }
  run(workbench, 'setting the view', workbench.link.call('view.set', change))
}

/** To other programs. */
export function sendByLsl(workbench: Workbench, what: LslSending): void {
  run(workbench, 'sending by LSL', workbench.link.call('lsl.send', { what }))
}

export function stepScale({ preferences }: Workbench, direction: 1 | -1): void {
  const { microvoltsPerDivision } = preferences.get()
  preferences.patch({
    microvoltsPerDivision: step(scaleSteps, microvoltsPerDivision, direction),
  })
}

export function stepTimeBase({ preferences }: Workbench, direction: 1 | -1): void {
  const { secondsPerScreen } = preferences.get()
  preferences.patch({ secondsPerScreen: step(timeBases, secondsPerScreen, direction) })
}

export function turnPage({ view, setup }: Workbench, direction: 1 | -1): void {
  const rows = rowsOf(setup.get()?.streams ?? [])
  const last = pageCount(rows.length) - 1
  view.patch({ page: Math.min(last, Math.max(0, view.get().page + direction)) })
}

/** Selects the row above or below, and turns the page where that is needed to see it. */
export function moveSelection({ view, setup }: Workbench, direction: 1 | -1): void {
  const rows = rowsOf(setup.get()?.streams ?? [])
  if (rows.length === 0) return
  const { selected, page } = view.get()
  const at = rows.findIndex(({ key }) => key === selected)
  const next = at < 0 ? page * rowsPerPage : Math.min(rows.length - 1, Math.max(0, at + direction))
  view.patch({ selected: rows[next]?.key ?? null, page: Math.floor(next / rowsPerPage) })
}

/** Of the recordings to come; their name follows, unless the user has typed one. */
export function setSession(workbench: Workbench, change: Params<'sessions.set'>): void {
  const { link, recorder } = workbench
  const set = link.call('sessions.set', change).then(() => recorder.propose())
  run(workbench, 'naming the recording', set)
}

/** Who runs when on the host, over the next seconds, into a file. */
export function saveTrace({ view, link, messages }: Workbench): void {
  if (view.get().tracing) return
  view.patch({ tracing: true })
  link
    .call('trace.save', { seconds: tracedSeconds })
    .then(
      (saved) => say(messages, traceMessage(saved)),
      (error) => {
        const { message, remedy } = asSynapseError(error, 'taking a trace')
        say(messages, { level: 'fault', about: 'Trace', text: message, remedy })
      },
    )
    .finally(() => view.patch({ tracing: false }))
}

/** For calls without a place of their own to show trouble at. */
function run({ messages }: Workbench, doing: string, call: Promise<unknown>): void {
  call.catch((error) => {
    const { message, remedy } = asSynapseError(error, doing)
    say(messages, { level: 'fault', about: doing, text: message, remedy })
  })
}
