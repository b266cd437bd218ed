/** Always there, always telling: state, elapsed, samples and losses, disk, latency. */
import type { Status } from '../../contract/index.ts'
import { useStore } from '../state/store.ts'
import { useSetup, useWorkbench } from '../state/workbench.ts'
import {
  fileName,
  formatBytes,
  formatClock,
  formatCount,
  formatHoursLeft,
  formatMilliseconds,
} from '../ui/format.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { type HostState, hostState } from './host-state.ts'

export function StatusBar() {
  const workbench = useWorkbench()
  const link = useStore(workbench.link.state)
  const known = useStore(workbench.status)
  // Numbers of a host that is away are old: better none.
  const status = link.kind === 'open' ? known : null
  const state = hostState(link, useSetup())
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a footer of the page is a contentinfo
    <footer className="status-bar" aria-label="Status">
      {status?.recording && <RecordingSign recording={status.recording} />}
      <StateSign state={state} short={status?.recording != null && state.level === 'good'} />
      {link.kind === 'away' && (
        <span className="dim">
          What was recorded is safe. Attempt {formatCount(link.attempts)} to reach it again.
        </span>
      )}
      {status && (
        <>
          <Samples status={status} />
          <Disk disk={status.disk} />
          <Latency latency={status.latency} />
        </>
      )}
    </footer>
  )
}

const stateIcons: Record<HostState['level'], IconName> = {
  quiet: 'hollow',
  good: 'disc',
  warning: 'triangle',
  fault: 'fault',
}

/** While recording, a device that streams as it should needs no words. */
function StateSign({ state, short }: { state: HostState; short: boolean }) {
  if (short) return null
  return (
    <span className={`state ${state.level}`}>
      <Icon name={stateIcons[state.level]} size={12} />
      {state.text}
    </span>
  )
}

function RecordingSign({ recording }: { recording: NonNullable<Status['recording']> }) {
  return (
    <>
      <span className="rec">
        <Icon name="disc" size={12} />
        REC
      </span>
      <span className="elapsed">{formatClock(recording.elapsedSeconds)}</span>
      <span className="file" title={recording.path}>
        {fileName(recording.path)}
      </span>
    </>
  )
}

function Samples({ status }: { status: Status }) {
  const { expected, received, lost } = status.recording?.ledger ?? status.ledger
  return (
    <>
      <span className="field samples">
        {formatCount(received)} <span className="dim">of</span> {formatCount(expected)}
        <span className="dim">samples</span>
      </span>
      <span className={`field ${lost > 0 ? 'warning' : ''}`}>
        {lost > 0 && <Icon name="triangle" size={12} />}
        {formatCount(lost)} <span className={lost > 0 ? '' : 'dim'}>lost</span>
      </span>
    </>
  )
}

function Disk({ disk }: { disk: Status['disk'] }) {
  const { hoursLeft, freeBytes } = disk
  if (hoursLeft === null) {
    return (
      <span className="field disk">
        <span className="dim">disk</span> {formatBytes(freeBytes)} free
      </span>
    )
  }
  const level = hoursLeft < 0.25 ? 'fault' : hoursLeft < 1 ? 'warning' : ''
  return (
    <span className={`field disk ${level}`}>
      {level && <Icon name={level === 'fault' ? 'fault' : 'triangle'} size={12} />}
      <span className={level ? '' : 'dim'}>disk</span> {formatHoursLeft(hoursLeft)}
    </span>
  )
}

function Latency({ latency }: { latency: Status['latency'] }) {
  const { filtered, inference, budgetMs } = latency
  return (
    <span className="latency">
      <Percentiles name="filter" of={filtered} budgetMs={budgetMs} />
      <Percentiles name="decoder" of={inference} budgetMs={budgetMs} />
      <span className="field">
        <span className="dim">of</span>
        {budgetMs}
        <span className="unit">ms</span>
      </span>
    </span>
  )
}

interface PercentilesProps {
  readonly name: string
  readonly of: Status['latency']['filtered']
  readonly budgetMs: number
}

function Percentiles({ name, of, budgetMs }: PercentilesProps) {
  const late = of !== null && of.p99Ms > budgetMs
  return (
    <span className={`field of-${name} ${late ? 'warning' : ''}`}>
      {late && <Icon name="triangle" size={12} />}
      <span className="dim">{name}</span>
      {of ? (
        <>
          <span className="dim">p50</span>
          <span className="percentile">{formatMilliseconds(of.p50Ms)}</span>
          <span className="dim">p99</span>
          <span className="percentile">{formatMilliseconds(of.p99Ms)}</span>
        </>
      ) : (
        <span>–</span>
      )}
      <span className="unit">ms</span>
    </span>
  )
}
