/** Power of the selected channel in the bands of EEG: bars to see, numbers to read. */
import type { Row } from '../../frames/rows.ts'
import { useSetup } from '../../state/workbench.ts'
import { formatShort, formatUnit } from '../../ui/format.ts'
import { bandsOf } from './bands.ts'
import { useFeature } from './use-feature.ts'

export function BandPowers({ row }: { row: Row }) {
  const stream = useSetup()?.streams.find(
    ({ role, device, source }) =>
      role === 'bands' && device === row.device && source === row.source,
  )
  const feature = useFeature(stream)
  const bands = stream && feature ? bandsOf(stream, feature.latest, row.channel) : []
  return (
    <section>
      <h3 className="section-head">Band power, last 2 s</h3>
      {bands.length === 0 && <p className="hint dim">Two seconds of signal are needed first.</p>}
      <dl className="bands">
        {bands.map(({ name, power, share, unit }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="bar">
              <span style={{ width: `${share * 100}%` }} />
            </dd>
            <dd className="power">
              {formatShort(power)}
              <span className="unit">{formatUnit(unit)}</span>
            </dd>
            <dd className="share">
              {Math.round(share * 100)}
              <span className="unit">%</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
