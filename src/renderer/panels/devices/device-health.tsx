/** How an open device fares: rates, losses, clock, radio, battery, and what to do where it is amiss. */
import type { ReactNode } from 'react'
import type { DeviceEntry, DeviceHealth, HealthWarning, Status } from '../../../contract/index.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { formatClock, formatCount, formatRate, formatShort } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'

/** Facts that have a place of their own here. */
export const healthFacts = ['battery', 'rssi', 'bridge latency', 'firmware'] as const

export function Health({ device }: { device: DeviceEntry }) {
  const status = useStore(useWorkbench().status)
  const health = status?.devices.find((each) => each.device === device.id)
  if (!status || !health) return null
  const { warnings } = health
  return (
    <>
      {warnings.map(({ topic, stream, message, remedy }) => (
        <Trouble key={`${topic} ${stream}`} message={message} remedy={remedy} level="warning" />
      ))}
      <details className="disclosure health">
        <summary>
          <Icon name="chevron" size={12} />
          <span>Health</span>
          <span className="glance">{glance(health)}</span>
          <Verdict warnings={warnings} isStreaming={device.link === 'streaming'} />
        </summary>
        {device.streams.map((stream) => (
          <StreamHealth
            key={stream.id}
            stream={stream}
            figures={status.streams.find(({ id }) => id === stream.id)}
          />
        ))}
        <DeviceFigures health={health} now={status.time} isRecording={status.recording !== null} />
      </details>
    </>
  )
}

interface VerdictProps {
  readonly warnings: readonly HealthWarning[]
  readonly isStreaming: boolean
}

/** What sends nothing is not well for having no warnings. */
function Verdict({ warnings, isStreaming }: VerdictProps) {
  if (warnings.length === 0 && !isStreaming) return null
  const isWell = warnings.length === 0
  return (
    <span className={`verdict state ${isWell ? 'good' : 'warning'}`}>
      <Icon name={isWell ? 'disc' : 'triangle'} size={12} />
      {isWell ? 'good' : counted(warnings)}
    </span>
  )
}

function counted(warnings: readonly HealthWarning[]): string {
  return warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`
}

/** What somebody looks for who only glances. */
function glance({ batteryPercent, rssiDbm }: DeviceHealth): string {
  const battery = batteryPercent === null ? [] : [`${Math.round(batteryPercent)} %`]
  const radio = rssiDbm === null ? [] : [`${signed(rssiDbm)} dBm`]
  return [...battery, ...radio].join(' · ')
}

interface StreamHealthProps {
  readonly stream: DeviceEntry['streams'][number]
  readonly figures: Status['streams'][number] | undefined
}

function StreamHealth({ stream, figures }: StreamHealthProps) {
  const { name, nominalRateHz } = stream
  const { expected = 0, lost = 0 } = figures?.ledger ?? {}
  const clock = figures?.clock
  return (
    <>
      <h5>{name}</h5>
      <dl className="figures">
        <Figure name="rate">
          {formatRate(figures?.effectiveRateHz ?? 0)}
          <span className="unit">
            {nominalRateHz > 0 ? `of ${formatCount(nominalRateHz)} Hz` : 'Hz, irregular'}
          </span>
        </Figure>
        <Figure name="lost">
          {formatCount(lost)}
          <span className="unit">{percentText(lost, expected)}</span>
        </Figure>
        {clock && (
          <>
            <Figure name="clock">
              {signed(Math.round(clock.driftPpm))}
              <span className="unit">ppm drift</span>
            </Figure>
            <Figure name="times">
              ± {formatShort(clock.uncertaintyMs)}
              <span className="unit">ms, jitter {formatShort(clock.jitterMs)} ms</span>
            </Figure>
          </>
        )}
      </dl>
    </>
  )
}

interface DeviceFiguresProps {
  readonly health: DeviceHealth
  readonly now: number
  readonly isRecording: boolean
}

function DeviceFigures({ health, now, isRecording }: DeviceFiguresProps) {
  const { batteryPercent, rssiDbm, bridgeLatencyMs, buffer, firmware } = health
  return (
    <>
      <h5>Device</h5>
      <dl className="figures">
        {batteryPercent !== null && (
          <Figure name="battery">
            {Math.round(batteryPercent)}
            <span className="unit">%</span>
          </Figure>
        )}
        {rssiDbm !== null && (
          <Figure name="radio">
            {signed(rssiDbm)}
            <span className="unit">dBm</span>
          </Figure>
        )}
        {bridgeLatencyMs !== null && (
          <Figure name="bridge">
            {bridgeLatencyMs}
            <span className="unit">ms at most, held back by USB</span>
          </Figure>
        )}
        <Figure name="buffer">
          {buffer ? (
            <>
              {formatShort(buffer.heldSeconds)}
              <span className="unit">of {formatShort(buffer.holdsSeconds)} s before the disk</span>
            </>
          ) : (
            <span className="dim">{isRecording ? 'empty' : 'in use while recording'}</span>
          )}
        </Figure>
        <Figure name="silence">{silenceText(health, now)}</Figure>
        {firmware !== null && <Figure name="firmware">{firmware}</Figure>}
      </dl>
    </>
  )
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function silenceText({ lastSilence, silences, reconnections }: DeviceHealth, now: number): string {
  if (!lastSilence) return 'none since opened'
  const { kind, time, seconds } = lastSilence
  const what = kind === 'unlinked' ? 'link down' : 'silent'
  const times = silences + reconnections
  if (seconds === null) return `${what} for ${formatShort(now - time)} s`
  const ago = formatClock(now - time - seconds)
  return `${what} for ${formatShort(seconds)} s, ${ago} ago${times > 1 ? `; ${times} in all` : ''}`
}

function percentText(lost: number, expected: number): string {
  if (lost === 0 || expected === 0) return 'samples'
  const percent = (100 * lost) / expected
  return `samples, ${percent < 0.01 ? '< 0.01' : percent.toFixed(2)} %`
}

function signed(value: number): string {
  if (value === 0) return '0'
  return value < 0 ? `−${Math.abs(value)}` : `+${value}`
}
