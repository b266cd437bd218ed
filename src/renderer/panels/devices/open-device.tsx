/** An open device: what its link does, what arrives, what was lost, what it says of itself. */
import type { DeviceEntry, Status } from '../../../contract/index.ts'
import { useStore } from '../../state/store.ts'
import { useWorkbench } from '../../state/workbench.ts'
import { fileName, formatCount, formatRate, formatUnit } from '../../ui/format.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Trouble } from '../../ui/trouble.tsx'

const links: Record<DeviceEntry['link'], { icon: IconName; level: string; word: string }> = {
  opening: { icon: 'opening', level: 'quiet', word: 'opening' },
  streaming: { icon: 'disc', level: 'good', word: 'streaming' },
  paused: { icon: 'pause', level: 'quiet', word: 'paused' },
  stalled: { icon: 'fault', level: 'fault', word: 'silent' },
  reconnecting: { icon: 'triangle', level: 'warning', word: 'reconnecting' },
  ended: { icon: 'square', level: 'quiet', word: 'at its end' },
  closed: { icon: 'hollow', level: 'quiet', word: 'closed' },
}

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
      <dl className="figures">
        {streams.map((stream) => (
          <StreamFigures key={stream.id} stream={stream} only={streams.length === 1} />
        ))}
        {facts.map(({ name: fact, value, unit }) => (
          <div key={fact}>
            <dt>{fact}</dt>
            <dd>
              {typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}
              {unit && <span className="unit">{formatUnit(unit)}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </li>
  )
}

interface StreamFiguresProps {
  readonly stream: DeviceEntry['streams'][number]
  readonly only: boolean
}

function StreamFigures({ stream, only }: StreamFiguresProps) {
  const status = useStore(useWorkbench().status)
  const figures = status?.streams.find(({ id }) => id === stream.id)
  const { channels, type, name } = stream
  return (
    <>
      <div>
        <dt title={name}>{only ? 'channels' : type}</dt>
        <dd>
          {channels.length}
          <span className="unit">{only ? type : 'ch'}</span>
        </dd>
      </div>
      <Rate figures={figures} nominalRateHz={stream.nominalRateHz} />
      <div className={figures && figures.ledger.lost > 0 ? 'warned' : ''}>
        <dt>lost</dt>
        <dd>
          {figures ? formatCount(figures.ledger.lost) : '–'}
          <span className="unit">of {formatCount(figures?.ledger.expected ?? 0)}</span>
        </dd>
      </div>
    </>
  )
}

interface RateProps {
  readonly figures: Status['streams'][number] | undefined
  readonly nominalRateHz: number
}

function Rate({ figures, nominalRateHz }: RateProps) {
  const rate = figures?.effectiveRateHz ?? 0
  return (
    <div>
      <dt>rate</dt>
      <dd>
        {rate > 0 ? formatRate(rate) : '–'}
        <span className="unit">
          {nominalRateHz > 0 ? `of ${formatCount(nominalRateHz)} Hz` : 'Hz, irregular'}
        </span>
      </dd>
    </div>
  )
}
