/** An open device: what its link does, what arrives, what was lost, what it says of itself. */
import type { DeviceEntry, Status } from '../../../contract/index.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { fileName, formatCount, formatRate, formatUnit } from '../../ui/format.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'
import { Health, healthFacts } from './device-health.tsx'
import { DeviceSettings } from './device-settings.tsx'
import { Impedance } from './impedance.tsx'

const links: Record<DeviceEntry['link'], { icon: IconName; level: string; word: string }> = {
  opening: { icon: 'opening', level: 'quiet', word: 'opening' },
  streaming: { icon: 'disc', level: 'good', word: 'streaming' },
  paused: { icon: 'pause', level: 'quiet', word: 'paused' },
  stalled: { icon: 'fault', level: 'fault', word: 'silent' },
  reconnecting: { icon: 'triangle', level: 'warning', word: 'reconnecting' },
  ended: { icon: 'square', level: 'quiet', word: 'at its end' },
  closed: { icon: 'hollow', level: 'quiet', word: 'closed' },
}

/** Nothing is expected of a device in these states. */
const restful: ReadonlySet<DeviceEntry['link']> = new Set(['paused', 'ended', 'closed'])

export function OpenDevice({ device }: { device: DeviceEntry }) {
  const { discovery } = useWorkbench()
  const { troubles } = useStore(discovery.state)
  const { id, name, address, link, problem, streams, facts } = device
  const sign = links[link]
  const trouble = problem ?? troubles.get(id)
  return (
    <li className="device open">
      <div className="device-line">
        <span className={`state ${sign.level}`}>
          <Icon name={sign.icon} size={12} />
        </span>
        <div className="device-name">
          <span className="name">{name}</span>
          <span className={`detail state ${sign.level}`}>
            {sign.word}
            {address && ` · ${fileName(address)}`}
          </span>
        </div>
        <button
          type="button"
          className="button plain small"
          aria-label={`Close ${name}`}
          onClick={() => void discovery.close(id)}
        >
          Close
        </button>
      </div>
      {trouble && <Trouble {...trouble} level={sign.level === 'fault' ? 'fault' : 'warning'} />}
      <ul className="streams">
        {streams.map((stream) => (
          <StreamFigures key={stream.id} device={id} stream={stream} isDue={!restful.has(link)} />
        ))}
      </ul>
      {device.impedance && (
        <Impedance device={id} impedance={device.impedance} canMeasure={link === 'streaming'} />
      )}
      <Facts facts={facts} />
      <Health device={device} />
      <DeviceSettings device={device} />
    </li>
  )
}

/** What it said of itself, but for what stands under health. */
function Facts({ facts }: { facts: DeviceEntry['facts'] }) {
  const others = facts.filter(({ name }) => !(healthFacts as readonly string[]).includes(name))
  if (others.length === 0) return null
  return (
    <dl className="figures">
      {others.map(({ name, value, unit }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}
            {unit && <span className="unit">{formatUnit(unit)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

interface StreamFiguresProps {
  readonly device: string
  readonly stream: DeviceEntry['streams'][number]
  /** Samples should come. */
  readonly isDue: boolean
}

/** One line for each stream: what it is, what arrives of it, what was lost. */
function StreamFigures({ device, stream, isDue }: StreamFiguresProps) {
  const status = useStore(useWorkbench().status)
  const figures = status?.streams.find(({ id }) => id === stream.id)
  const { channels, type, name, nominalRateHz } = stream
  const rate = isDue ? (figures?.effectiveRateHz ?? 0) : 0
  const lost = figures?.ledger.lost ?? 0
  // As the host judges it, which knows that a rate may be amiss for a moment.
  const health = status?.devices.find((each) => each.device === device)
  const off =
    isDue && health?.warnings.some((each) => each.topic === 'rate' && each.stream === name)
  return (
    <li title={figures?.clock ? `${name}\n${clockText(figures.clock)}` : name}>
      <span>
        {type}
        <span className="unit">{channels.length} ch</span>
      </span>
      <span className={`figure ${figures && off ? 'warned' : ''}`}>
        {rate > 0 ? formatRate(rate) : '–'}
        <span className="unit">{off ? `of ${formatCount(nominalRateHz)} Hz` : 'Hz'}</span>
      </span>
      <span className={`figure ${lost > 0 ? 'warned' : ''}`}>
        {figures ? formatCount(lost) : '–'}
        <span className="unit">lost</span>
      </span>
    </li>
  )
}

type ClockFigures = NonNullable<Status['streams'][number]['clock']>

function clockText({ driftPpm, jitterMs, uncertaintyMs }: ClockFigures): string {
  const drift = `${driftPpm < 0 ? '−' : '+'}${Math.abs(driftPpm).toFixed(0)} ppm`
  const known = `± ${uncertaintyMs.toFixed(2)} ms`
  return `Clock ${drift}, arrivals jitter by ${jitterMs.toFixed(1)} ms, times known to ${known}`
}
